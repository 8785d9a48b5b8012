using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>Turns the configuration that holds for a topic into what its logs and its leaders go by.</summary>
internal sealed class TopicLogSettings(TopicConfigDefaults defaults, NodeId node)
{
    /// <summary>The node's own, for all its logs.</summary>
    public ProducerStateLimits Producers { get; init; } = ProducerStateLimits.Default;

    public LogConfig LogConfigOf(MetadataImage image, string topic)
    {
        ConfigValue Value(string name) => defaults.Value(image, node, topic, name);
        return new LogConfig
        {
            SegmentBytes = Value(TopicConfigs.SegmentBytes).AsInt,
            SegmentAge = Value(TopicConfigs.SegmentMs).AsDuration ?? TimeSpan.MaxValue,
            SegmentJitter = Value(TopicConfigs.SegmentJitterMs).AsDuration ?? TimeSpan.MaxValue,
            Preallocate = Value(TopicConfigs.Preallocate).AsBoolean,
            SegmentIndexBytes = Value(TopicConfigs.SegmentIndexBytes).AsInt,
            IndexIntervalBytes = Value(TopicConfigs.IndexIntervalBytes).AsInt,
            RetentionBytes = Value(TopicConfigs.RetentionBytes).AsLong,
            Retention = Value(TopicConfigs.RetentionMs).AsDuration,
            CleanupPolicy = CleanupPolicyOf(Value(TopicConfigs.CleanupPolicy).AsList),
            DeleteRetention = Value(TopicConfigs.DeleteRetentionMs).AsDuration,
            MinCompactionLag = Value(TopicConfigs.MinCompactionLagMs).AsDuration,
            MaxCompactionLag = Value(TopicConfigs.MaxCompactionLagMs).AsDuration,
            MinCleanableDirtyRatio = Value(TopicConfigs.MinCleanableDirtyRatio).AsDouble,
            FlushPolicy = FlushPolicyOf(Value(TopicConfigs.FlushPolicy)),
            FlushMessages = Value(TopicConfigs.FlushMessages).AsLong,
            FlushInterval = Value(TopicConfigs.FlushMs).AsDuration,
            MaxMessageBytes = Value(TopicConfigs.MaxMessageBytes).AsInt,
            TimestampType = TimestampTypeOf(Value(TopicConfigs.MessageTimestampType)),
            TimestampBeforeMax = Value(TopicConfigs.MessageTimestampBeforeMaxMs).AsDuration,
            TimestampAfterMax = Value(TopicConfigs.MessageTimestampAfterMaxMs).AsDuration,
            FileDeleteDelay = Value(TopicConfigs.FileDeleteDelayMs).AsDuration ?? TimeSpan.MaxValue,
            ProducerLimits = Producers,
        };
    }

    /// <summary>The node's own, for all its topics.</summary>
    public int MaxDecompressedBytes { get; init; } = RecordBatchRules.DefaultMaxDecompressedBytes;

    public PartitionSettings PartitionSettingsOf(MetadataImage image, string topic, LogConfig log) => new(
        new RecordBatchRules
        {
            MaxMessageBytes = log.MaxMessageBytes,
            MaxDecompressedBytes = MaxDecompressedBytes,
            TimestampType = log.TimestampType,
            TimestampBeforeMaxMs = Milliseconds(log.TimestampBeforeMax),
            TimestampAfterMaxMs = Milliseconds(log.TimestampAfterMax),
            IsCompacted = log.CleanupPolicy.HasFlag(CleanupPolicy.Compact),
        },
        defaults.Value(image, node, topic, TopicConfigs.MinInSyncReplicas).AsInt,
        log.FlushPolicy == FlushPolicy.GroupCommit)
    {
        Compression = CompressionOf(defaults.Value(image, node, topic, TopicConfigs.CompressionType)),
    };

    private static long Milliseconds(TimeSpan? bound) =>
        bound is { } duration ? duration.Ticks / TimeSpan.TicksPerMillisecond : long.MaxValue;

    private static CleanupPolicy CleanupPolicyOf(IReadOnlyList<string> words) =>
        (words.Contains("delete") ? CleanupPolicy.Delete : CleanupPolicy.None)
        | (words.Contains("compact") ? CleanupPolicy.Compact : CleanupPolicy.None);

    private static FlushPolicy FlushPolicyOf(ConfigValue value) =>
        value.Text == "group-commit" ? FlushPolicy.GroupCommit : FlushPolicy.OperatingSystem;

    private static CompressionType? CompressionOf(ConfigValue value) => value.Text switch
    {
        "uncompressed" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        _ => null,
    };

    private static TimestampType TimestampTypeOf(ConfigValue value) =>
        value.Text == "LogAppendTime" ? TimestampType.LogAppendTime : TimestampType.CreateTime;
}
