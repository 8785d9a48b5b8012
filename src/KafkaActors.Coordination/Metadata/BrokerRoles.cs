namespace KafkaActors.Coordination.Metadata;

/// <summary>What a node does in the cluster. Stored as one byte; bits are never given another meaning.</summary>
[Flags]
public enum BrokerRoles
{
    None = 0,

    /// <summary>Keeps the metadata log and may host the controller.</summary>
    Voter = 1,

    /// <summary>Hosts partitions.</summary>
    Broker = 2,
}
