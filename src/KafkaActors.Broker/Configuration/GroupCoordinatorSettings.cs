using KafkaActors.Coordination.Groups;

namespace KafkaActors.Broker.Configuration;

/// <summary>Consumer groups, and the topic that holds their offsets.</summary>
public sealed record GroupCoordinatorSettings : ISettingsSection
{
    [HoconKey("offsets.topic.num.partitions", Minimum = 1)]
    public int OffsetsTopicPartitions { get; init; }

    [HoconKey("offsets.topic.replication.factor", Minimum = 1, Maximum = short.MaxValue)]
    public int OffsetsTopicReplicationFactor { get; init; }

    [HoconKey("offsets.topic.segment.bytes", Minimum = 1)]
    public int OffsetsTopicSegmentBytes { get; init; }

    [HoconKey("offsets.commit.timeout.ms", Minimum = 1)]
    public TimeSpan OffsetsCommitTimeout { get; init; }

    [HoconKey("group.coordinator.append.linger.ms", Minimum = 0)]
    public TimeSpan AppendLinger { get; init; }

    [HoconKey("offsets.retention.minutes", Minimum = 1)]
    public TimeSpan OffsetsRetention { get; init; }

    [HoconKey("offsets.retention.check.interval.ms", Minimum = 1)]
    public TimeSpan OffsetsRetentionCheckInterval { get; init; }

    [HoconKey("offset.metadata.max.bytes", Minimum = 0)]
    public int OffsetMetadataMaxBytes { get; init; }

    [HoconKey("group.min.session.timeout.ms", Minimum = 1)]
    public TimeSpan MinSessionTimeout { get; init; }

    [HoconKey("group.max.session.timeout.ms", Minimum = 1)]
    public TimeSpan MaxSessionTimeout { get; init; }

    [HoconKey("group.initial.rebalance.delay.ms", Minimum = 0)]
    public TimeSpan InitialRebalanceDelay { get; init; }

    [HoconKey("group.max.size", Minimum = 1)]
    public int MaxSize { get; init; }

    [HoconKey("group.consumer.heartbeat.interval.ms", Minimum = 1)]
    public TimeSpan ConsumerHeartbeatInterval { get; init; }

    [HoconKey("group.consumer.session.timeout.ms", Minimum = 1)]
    public TimeSpan ConsumerSessionTimeout { get; init; }

    [HoconKey("group.consumer.min.heartbeat.interval.ms", Minimum = 1)]
    public TimeSpan ConsumerMinHeartbeatInterval { get; init; }

    [HoconKey("group.consumer.max.heartbeat.interval.ms", Minimum = 1)]
    public TimeSpan ConsumerMaxHeartbeatInterval { get; init; }

    [HoconKey("group.consumer.min.session.timeout.ms", Minimum = 1)]
    public TimeSpan ConsumerMinSessionTimeout { get; init; }

    [HoconKey("group.consumer.max.session.timeout.ms", Minimum = 1)]
    public TimeSpan ConsumerMaxSessionTimeout { get; init; }

    [HoconKey("group.consumer.max.size", Minimum = 1)]
    public int ConsumerMaxSize { get; init; }

    [HoconKey("group.consumer.assignors", Words = "uniform|range")]
    public IReadOnlyList<string> ConsumerAssignors { get; init; } = [];

    [HoconKey("group.consumer.migration.policy", Words = "disabled|upgrade|downgrade|bidirectional")]
    public string ConsumerMigrationPolicy { get; init; } = "";

    /// <exception cref="InvalidSettingException">Settings that are valid alone contradict each other.</exception>
    internal void Check()
    {
        SettingRules.Ordered(
            ("group.min.session.timeout.ms", MinSessionTimeout),
            ("group.max.session.timeout.ms", MaxSessionTimeout));
        SettingRules.Ordered(
            ("group.consumer.min.heartbeat.interval.ms", ConsumerMinHeartbeatInterval),
            ("group.consumer.heartbeat.interval.ms", ConsumerHeartbeatInterval),
            ("group.consumer.max.heartbeat.interval.ms", ConsumerMaxHeartbeatInterval));
        SettingRules.Ordered(
            ("group.consumer.min.session.timeout.ms", ConsumerMinSessionTimeout),
            ("group.consumer.session.timeout.ms", ConsumerSessionTimeout),
            ("group.consumer.max.session.timeout.ms", ConsumerMaxSessionTimeout));
        SettingRules.Below(
            ("group.consumer.heartbeat.interval.ms", ConsumerHeartbeatInterval),
            ("group.consumer.session.timeout.ms", ConsumerSessionTimeout));
    }

    /// <summary>What the groups themselves go by.</summary>
    internal GroupSettings ForGroups() => new()
    {
        MinSessionTimeout = MinSessionTimeout,
        MaxSessionTimeout = MaxSessionTimeout,
        InitialRebalanceDelay = InitialRebalanceDelay,
        MaxSize = MaxSize,
        OffsetsRetention = OffsetsRetention,
        OffsetsRetentionCheckInterval = OffsetsRetentionCheckInterval,
        OffsetMetadataMaxBytes = OffsetMetadataMaxBytes,
        ConsumerHeartbeatInterval = ConsumerHeartbeatInterval,
        ConsumerSessionTimeout = ConsumerSessionTimeout,
        ConsumerMinHeartbeatInterval = ConsumerMinHeartbeatInterval,
        ConsumerMaxHeartbeatInterval = ConsumerMaxHeartbeatInterval,
        ConsumerMinSessionTimeout = ConsumerMinSessionTimeout,
        ConsumerMaxSessionTimeout = ConsumerMaxSessionTimeout,
        ConsumerMaxSize = ConsumerMaxSize,
        ConsumerAssignors = ConsumerAssignors,
        MigrationPolicy = Enum.Parse<ConsumerGroupMigrationPolicy>(ConsumerMigrationPolicy, ignoreCase: true),
    };
}
