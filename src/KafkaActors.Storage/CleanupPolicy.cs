namespace KafkaActors.Storage;

/// <summary>What happens to old records (<c>cleanup.policy</c>); both may be set.</summary>
[Flags]
public enum CleanupPolicy : byte
{
    None = 0,
    Delete = 1,
    Compact = 2,
}
