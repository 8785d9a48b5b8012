namespace KafkaActors.Storage;

/// <summary>Who decides when appended bytes reach the disk.</summary>
public enum FlushPolicy : byte
{
    /// <summary>The operating system, besides <c>flush.messages</c> and <c>flush.ms</c>: Kafka's default.</summary>
    OperatingSystem = 0,

    /// <summary>Every append asks for an fsync at once; all that arrives while one runs shares the next.</summary>
    GroupCommit = 1,
}
