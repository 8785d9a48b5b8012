namespace KafkaActors.Broker.Configuration;

/// <summary>
/// The node's defaults for what a topic may configure; a topic's own configuration goes over them.
/// </summary>
public sealed record TopicDefaultSettings : ISettingsSection
{
    [HoconKey("log.segment.bytes", Minimum = 14)]
    public int SegmentBytes { get; init; }

    [HoconKey("log.roll.ms", Minimum = 1)]
    public TimeSpan? RollMs { get; init; }

    [HoconKey("log.roll.hours", Minimum = 1)]
    public TimeSpan RollHours { get; init; }

    [HoconKey("log.roll.jitter.ms", Minimum = 0)]
    public TimeSpan? RollJitterMs { get; init; }

    [HoconKey("log.roll.jitter.hours", Minimum = 0)]
    public TimeSpan RollJitterHours { get; init; }

    [HoconKey("log.preallocate")]
    public bool Preallocate { get; init; }

    [HoconKey("log.index.size.max.bytes", Minimum = 4)]
    public int IndexSizeMaxBytes { get; init; }

    [HoconKey("log.index.interval.bytes", Minimum = 0)]
    public int IndexIntervalBytes { get; init; }

    [HoconKey("log.cleanup.policy", Words = "delete|compact")]
    public IReadOnlyList<string> CleanupPolicy { get; init; } = [];

    [HoconKey("log.cleaner.delete.retention.ms", Minimum = 0)]
    public TimeSpan DeleteRetention { get; init; }

    [HoconKey("log.cleaner.min.compaction.lag.ms", Minimum = 0)]
    public TimeSpan MinCompactionLag { get; init; }

    [HoconKey("log.cleaner.max.compaction.lag.ms", Minimum = 1)]
    public TimeSpan MaxCompactionLag { get; init; }

    [HoconKey("log.cleaner.min.cleanable.ratio", Minimum = 0, Maximum = 1)]
    public double MinCleanableRatio { get; init; }

    [HoconKey("log.retention.ms", Minimum = -1)]
    public TimeSpan? RetentionMs { get; init; }

    [HoconKey("log.retention.minutes", Minimum = -1)]
    public TimeSpan? RetentionMinutes { get; init; }

    [HoconKey("log.retention.hours", Minimum = -1)]
    public TimeSpan RetentionHours { get; init; }

    [HoconKey("log.retention.bytes", Minimum = -1)]
    public long RetentionBytes { get; init; }

    [HoconKey("log.segment.delete.delay.ms", Minimum = 0)]
    public TimeSpan FileDeleteDelay { get; init; }

    [HoconKey("log.flush.policy", Words = "operating-system|group-commit")]
    public string FlushPolicy { get; init; } = "";

    [HoconKey("log.flush.interval.messages", Minimum = 1)]
    public long FlushMessages { get; init; }

    [HoconKey("log.flush.interval.ms", Minimum = 0)]
    public TimeSpan? FlushInterval { get; init; }

    [HoconKey("message.max.bytes", Minimum = 0)]
    public int MaxMessageBytes { get; init; }

    [HoconKey("log.message.timestamp.type", Words = "CreateTime|LogAppendTime")]
    public string TimestampType { get; init; } = "";

    [HoconKey("log.message.timestamp.before.max.ms", Minimum = 0)]
    public TimeSpan TimestampBeforeMax { get; init; }

    [HoconKey("log.message.timestamp.after.max.ms", Minimum = 0)]
    public TimeSpan TimestampAfterMax { get; init; }

    [HoconKey("compression.type", Words = "producer|uncompressed|gzip|snappy|lz4|zstd")]
    public string CompressionType { get; init; } = "";

    [HoconKey("min.insync.replicas", Minimum = 1)]
    public int MinInsyncReplicas { get; init; }

    [HoconKey("unclean.leader.election.enable")]
    public bool UncleanLeaderElection { get; init; }

    /// <exception cref="InvalidSettingException">Settings that are valid alone contradict each other.</exception>
    internal void Check() => SettingRules.Ordered(
        ("log.cleaner.min.compaction.lag.ms", MinCompactionLag),
        ("log.cleaner.max.compaction.lag.ms", MaxCompactionLag));

    /// <summary>
    /// The setting of Kafka's <paramref name="name"/> as its properties file would write it, in the name's own unit;
    /// null when it is not set, or is no default of topics.
    /// </summary>
    public string? Text(string name) => SettingsDescription.Of(this).GetValueOrDefault(name);
}
