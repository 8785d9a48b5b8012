namespace KafkaActors.Broker.Handlers;

/// <summary>What a client calls itself (KIP-511); Kafka's word for one that does not is "unknown".</summary>
internal sealed record ClientSoftware(string Name, string Version)
{
    public static ClientSoftware Unknown { get; } = new("unknown", "unknown");
}
