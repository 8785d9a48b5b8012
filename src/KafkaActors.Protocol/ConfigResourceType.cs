namespace KafkaActors.Protocol;

/// <summary>What has a configuration; the numbers are the protocol's.</summary>
public enum ConfigResourceType : sbyte
{
    Topic = 2,
    Broker = 4,
    Group = 32,
}
