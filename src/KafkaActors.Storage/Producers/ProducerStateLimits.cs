namespace KafkaActors.Storage;

/// <summary>What one partition remembers of its idempotent producers.</summary>
/// <param name="Expiration"><c>producer.id.expiration.ms</c></param>
/// <param name="MaxProducers"><c>max.producer.ids.per.partition</c>: at most so many at a time.</param>
public sealed record ProducerStateLimits(TimeSpan Expiration, int MaxProducers)
{
    /// <summary>Nobody is forgotten.</summary>
    internal static ProducerStateLimits None { get; } = new(TimeSpan.MaxValue, int.MaxValue);

    public static ProducerStateLimits Default { get; } = new(TimeSpan.FromDays(1), 100_000);
}
