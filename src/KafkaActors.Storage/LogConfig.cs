using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage;

/// <summary>
/// The configuration of one log. Defaults are Kafka's; durations of null mean "never" or "unlimited".
/// </summary>
public sealed record LogConfig
{
    public static readonly LogConfig Default = new();

    /// <summary><c>segment.bytes</c>: a segment is rolled before it would grow past this.</summary>
    public int SegmentBytes { get; init; } = 1 << 30;

    /// <summary><c>segment.ms</c></summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary><c>segment.jitter.ms</c>: up to this, a segment's own part of it, is taken off its age.</summary>
    public TimeSpan SegmentJitter { get; init; }

    /// <summary><c>preallocate</c>: a new segment gets the space of <see cref="SegmentBytes"/> at once.</summary>
    public bool Preallocate { get; init; }

    /// <summary>
    /// When a segment is rolled by age: a compacted log must not keep records longer than it may in a segment that
    /// cannot be compacted, the active one.
    /// </summary>
    public TimeSpan RollAge =>
        CleanupPolicy.HasFlag(CleanupPolicy.Compact) && MaxCompactionLag < SegmentAge
            ? MaxCompactionLag.Value
            : SegmentAge;

    /// <summary><c>segment.index.bytes</c>: a segment is rolled when one of its indexes is full.</summary>
    public int SegmentIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary><c>index.interval.bytes</c></summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary><c>retention.bytes</c>; -1 is unlimited.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary><c>retention.ms</c>; null is unlimited.</summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary><c>cleanup.policy</c></summary>
    public CleanupPolicy CleanupPolicy { get; init; } = CleanupPolicy.Delete;

    /// <summary><c>delete.retention.ms</c>: how long a compacted log keeps a tombstone; null is for ever.</summary>
    public TimeSpan? DeleteRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary><c>min.compaction.lag.ms</c>: younger records are not compacted; null is never.</summary>
    public TimeSpan? MinCompactionLag { get; init; } = TimeSpan.Zero;

    /// <summary><c>max.compaction.lag.ms</c>: older ones are, however few they are; null is no limit.</summary>
    public TimeSpan? MaxCompactionLag { get; init; }

    /// <summary>
    /// <c>min.cleanable.dirty.ratio</c>: how much of the bytes that can be compacted must be new before they are.
    /// </summary>
    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    public FlushPolicy FlushPolicy { get; init; } = FlushPolicy.OperatingSystem;

    /// <summary><c>flush.messages</c>: an fsync is asked for once so many records are not flushed.</summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary><c>flush.ms</c>: an fsync is asked for once a record was not flushed for so long.</summary>
    public TimeSpan? FlushInterval { get; init; }

    /// <summary><c>max.message.bytes</c>: of a whole batch.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary><c>message.timestamp.type</c></summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary><c>message.timestamp.before.max.ms</c>; null is unlimited.</summary>
    public TimeSpan? TimestampBeforeMax { get; init; }

    /// <summary><c>message.timestamp.after.max.ms</c>; null is unlimited.</summary>
    public TimeSpan? TimestampAfterMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary><c>file.delete.delay.ms</c></summary>
    public TimeSpan FileDeleteDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What is remembered of idempotent producers; taken over when the log is opened.</summary>
    public ProducerStateLimits ProducerLimits { get; init; } = ProducerStateLimits.Default;
}
