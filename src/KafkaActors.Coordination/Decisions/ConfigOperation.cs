namespace KafkaActors.Coordination.Decisions;

/// <summary>The numbers are the protocol's (KIP-339).</summary>
public enum ConfigOperation : byte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
