namespace KafkaActors.Protocol;

/// <summary>What a configuration belongs to. An empty <paramref name="Name"/> of a broker means all brokers.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>The cluster-wide default of all brokers.</summary>
    public static ConfigResource AllBrokers => new(ConfigResourceType.Broker, "");

    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    public static ConfigResource Group(string name) => new(ConfigResourceType.Group, name);
}
