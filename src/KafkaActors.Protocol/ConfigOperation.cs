namespace KafkaActors.Protocol;

/// <summary>How IncrementalAlterConfigs changes a key; the numbers are the protocol's (KIP-339).</summary>
public enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
