using KafkaActors.Coordination.Coordinators;

namespace KafkaActors.Coordination.Groups;

/// <summary>What every group of a coordinator works with.</summary>
/// <param name="NewId">Makes the part of member ids that is unique.</param>
public sealed record GroupServices(GroupSettings Settings, Func<Guid> NewId)
{
    /// <summary>
    /// The most bytes of a batch that the log takes, <c>max.message.bytes</c> of <c>__consumer_offsets</c> as it is
    /// now: what cannot be appended is refused before it changes a group.
    /// </summary>
    public Func<int> MaxBatchBytes { get; init; } = () => DefaultMaxBatchBytes;

    /// <summary>
    /// The time since the Unix epoch that goes into records, by which offsets are kept; given the time of sessions,
    /// which is the same as long as nothing else is said.
    /// </summary>
    public Func<TimeSpan, TimeSpan> Utc { get; init; } = now => now;

    /// <summary>Kafka's default.</summary>
    private const int DefaultMaxBatchBytes = 1_048_588;

    internal bool Fits(CoordinatorRecord record) => CoordinatorBatchSize.Of(record) <= MaxBatchBytes();
}
