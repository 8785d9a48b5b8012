using System.Globalization;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// Every topic configuration that is honoured: what may be set, what is described, and what holds when nothing is set.
/// Names, defaults and bounds are Kafka's (topic configuration reference, 4.0); <see cref="FlushPolicy"/> is ours.
/// </summary>
public static class TopicConfigs
{
    public const string CleanupPolicy = "cleanup.policy";
    public const string CompressionType = "compression.type";
    public const string DeleteRetentionMs = "delete.retention.ms";
    public const string FileDeleteDelayMs = "file.delete.delay.ms";
    public const string FlushMessages = "flush.messages";
    public const string FlushMs = "flush.ms";
    public const string FlushPolicy = "flush.policy";
    public const string IndexIntervalBytes = "index.interval.bytes";
    public const string MaxCompactionLagMs = "max.compaction.lag.ms";
    public const string MaxMessageBytes = "max.message.bytes";
    public const string MessageTimestampAfterMaxMs = "message.timestamp.after.max.ms";
    public const string MessageTimestampBeforeMaxMs = "message.timestamp.before.max.ms";
    public const string MessageTimestampType = "message.timestamp.type";
    public const string MinCleanableDirtyRatio = "min.cleanable.dirty.ratio";
    public const string MinCompactionLagMs = "min.compaction.lag.ms";
    public const string MinInSyncReplicas = "min.insync.replicas";
    public const string Preallocate = "preallocate";
    public const string RetentionBytes = "retention.bytes";
    public const string RetentionMs = "retention.ms";
    public const string SegmentBytes = "segment.bytes";
    public const string SegmentIndexBytes = "segment.index.bytes";
    public const string SegmentJitterMs = "segment.jitter.ms";
    public const string SegmentMs = "segment.ms";
    public const string UncleanLeaderElectionEnable = "unclean.leader.election.enable";

    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;
    private static readonly string Forever = long.MaxValue.ToString(CultureInfo.InvariantCulture);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<ConfigDefinition> All { get; } =
    [
        List(CleanupPolicy, "delete", [Same("log.cleanup.policy")], ["compact", "delete"],
            "What happens to old segments: delete drops them by age and size, "
            + "compact keeps the last record of each key."),
        Words(CompressionType, "producer", [Same(CompressionType)],
            ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
            "How batches are stored; producer keeps them as they were sent."),
        Long(DeleteRetentionMs, "86400000", [Same("log.cleaner.delete.retention.ms")], 0,
            "How long a compacted topic keeps the marker of a deleted key."),
        Long(FileDeleteDelayMs, "60000", [Same("log.segment.delete.delay.ms")], 0,
            "How long a dropped segment's file stays on disk."),
        Long(FlushMessages, Forever, [Same("log.flush.interval.messages")], 1,
            "Flush to disk after this many records."),
        Long(FlushMs, Forever, [Same("log.flush.interval.ms")], 0,
            "Flush to disk after this time."),
        Words(FlushPolicy, "operating-system", [Same("log.flush.policy")], ["operating-system", "group-commit"],
            "group-commit acknowledges a record only once it is on disk; many batches share one flush."),
        Int(IndexIntervalBytes, "4096", [Same("log.index.interval.bytes")], 0,
            "How many bytes of records lie between two entries of the offset index."),
        Long(MaxCompactionLagMs, Forever, [Same("log.cleaner.max.compaction.lag.ms")], 1,
            "The longest time a record stays out of compaction."),
        Int(MaxMessageBytes, "1048588", [Same("message.max.bytes")], 0,
            "The largest record batch that is taken, in bytes, after compression."),
        Long(MessageTimestampAfterMaxMs, "3600000", [Same("log.message.timestamp.after.max.ms")], 0,
            "How far a record's timestamp may lie ahead of the broker's clock."),
        Long(MessageTimestampBeforeMaxMs, Forever, [Same("log.message.timestamp.before.max.ms")], 0,
            "How far a record's timestamp may lie behind the broker's clock."),
        Words(MessageTimestampType, "CreateTime", [Same("log.message.timestamp.type")], ["CreateTime", "LogAppendTime"],
            "Whether records carry the producer's time or the time of the append."),
        new(MinCleanableDirtyRatio, ConfigType.Double, "0.5", [Same("log.cleaner.min.cleanable.ratio")], 0, 1, [],
            "How much of a compacted log must be uncompacted before it is compacted again."),
        Long(MinCompactionLagMs, "0", [Same("log.cleaner.min.compaction.lag.ms")], 0,
            "The least time a record stays out of compaction."),
        Int(MinInSyncReplicas, "1", [Same(MinInSyncReplicas)], 1,
            "How many replicas must hold a record before it is acknowledged to acks=all and shown to readers."),
        new(Preallocate, ConfigType.Boolean, "false", [Same("log.preallocate")], null, null, [],
            "Whether a new segment's file gets its full size at once."),
        Long(RetentionBytes, "-1", [Same("log.retention.bytes")], -1,
            "The size a partition may have before its oldest segments are dropped; -1 for no limit."),
        Long(RetentionMs, "604800000",
            [Same("log.retention.ms"), new("log.retention.minutes", Minute), new("log.retention.hours", Hour)], -1,
            "The age at which segments are dropped; -1 for no limit."),
        Int(SegmentBytes, "1073741824", [Same("log.segment.bytes")], 14,
            "The size at which a segment is closed and the next begun."),
        Int(SegmentIndexBytes, "10485760", [Same("log.index.size.max.bytes")], 4,
            "The size of a segment's offset index at which the segment is closed."),
        Long(SegmentJitterMs, "0", [Same("log.roll.jitter.ms"), new("log.roll.jitter.hours", Hour)], 0,
            "The most that is taken, at random, from segment.ms, so that segments do not all close at once."),
        Long(SegmentMs, "604800000", [Same("log.roll.ms"), new("log.roll.hours", Hour)], 1,
            "The age at which a segment is closed even if it is not full."),
        new(
            UncleanLeaderElectionEnable, ConfigType.Boolean, "false", [Same(UncleanLeaderElectionEnable)],
            null, null, [],
            "Whether a replica outside the ISR may lead when nobody else can, at the price of acknowledged records."),
    ];

    private static readonly Dictionary<string, ConfigDefinition> ByName = All.ToDictionary(d => d.Name);

    /// <summary>
    /// Whether the configuration is committed metadata alone: a topic's own, else the cluster's, else Kafka's default.
    /// No node has a value of its own, neither in its file nor in the metadata, because the controller and the leaders
    /// must go by one. Kafka does the same with <c>min.insync.replicas</c> while it keeps eligible leaders (KIP-966).
    /// </summary>
    public static bool IsCommitted(string name) => name is MinInSyncReplicas or UncleanLeaderElectionEnable;

    /// <summary>What holds for a topic of a configuration that <see cref="IsCommitted"/>.</summary>
    public static ConfigValue CommittedValue(MetadataImage image, string topic, string name)
    {
        ConfigDefinition definition = ByName[name];
        if (image.ConfigsOf(ConfigResource.Topic(topic)).TryGetValue(name, out string? text))
            return new ConfigValue(definition, text, ConfigSource.DynamicTopicConfig);
        return image.ConfigsOf(ConfigResource.AllBrokers).TryGetValue(name, out text)
            ? new ConfigValue(definition, text, ConfigSource.DynamicDefaultBrokerConfig)
            : new ConfigValue(definition, definition.Default, ConfigSource.DefaultConfig);
    }

    public static ConfigDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Reads a value for a topic's configuration, one that is followed or one that can be ignored.</summary>
    /// <param name="value">As it is stored and shown.</param>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public static string? Read(string name, string text, out string? value)
    {
        value = null;
        IgnoredConfig? ignored = IgnoredTopicConfigs.Find(name);
        if ((Find(name) ?? ignored?.Definition) is not { } definition) return $"Unknown topic config name: {name}";
        return definition.TryRead(text, out value, out string? fault) ? ignored?.Fault(value) : fault;
    }

    private static BrokerSetting Same(string name) => new(name, 1);

    private static ConfigDefinition Long(
        string name, string value, IReadOnlyList<BrokerSetting> broker, double least, string documentation) =>
        new(name, ConfigType.Long, value, broker, least, null, [], documentation);

    private static ConfigDefinition Int(
        string name, string value, IReadOnlyList<BrokerSetting> broker, double least, string documentation) =>
        new(name, ConfigType.Int, value, broker, least, null, [], documentation);

    private static ConfigDefinition Words(
        string name, string value, IReadOnlyList<BrokerSetting> broker, IReadOnlyList<string> words,
        string documentation) =>
        new(name, ConfigType.String, value, broker, null, null, words, documentation);

    private static ConfigDefinition List(
        string name, string value, IReadOnlyList<BrokerSetting> broker, IReadOnlyList<string> words,
        string documentation) =>
        new(name, ConfigType.List, value, broker, null, null, words, documentation);
}
