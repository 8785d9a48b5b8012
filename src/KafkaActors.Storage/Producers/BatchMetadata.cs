namespace KafkaActors.Storage;

/// <summary>What is remembered of one batch of an idempotent producer.</summary>
/// <param name="Timestamp">The greatest of the batch, ms since the epoch.</param>
public readonly record struct BatchMetadata(
    int FirstSequence, int LastSequence, long BaseOffset, long LastOffset, long Timestamp)
{
    public int OffsetDelta => (int)(LastOffset - BaseOffset);
}
