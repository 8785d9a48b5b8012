namespace KafkaActors.Protocol.Records;

/// <summary>
/// Where a batch stands among those of its idempotent producer (KIP-98): <paramref name="BaseSequence"/> counts the
/// records that this producer id and epoch sent to the partition before it, and wraps past 2^31 - 1 to 0.
/// </summary>
public readonly record struct ProducerSequence(long ProducerId, short ProducerEpoch, int BaseSequence)
{
    /// <summary>The producer is not idempotent.</summary>
    public static ProducerSequence None => new(-1, -1, -1);
}
