namespace KafkaActors.Coordination.Groups;

/// <summary>The settings of group coordination, with Kafka's names and defaults.</summary>
public sealed record GroupSettings
{
    public static GroupSettings Default { get; } = new();

    /// <summary><c>group.min.session.timeout.ms</c></summary>
    public TimeSpan MinSessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary><c>group.max.session.timeout.ms</c></summary>
    public TimeSpan MaxSessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary><c>group.initial.rebalance.delay.ms</c></summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>group.max.size</c></summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>offsets.retention.minutes</c></summary>
    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromMinutes(10080);

    /// <summary><c>offsets.retention.check.interval.ms</c></summary>
    public TimeSpan OffsetsRetentionCheckInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>offset.metadata.max.bytes</c>; as in Kafka, counted in UTF-16 units.</summary>
    public int OffsetMetadataMaxBytes { get; init; } = 4096;

    /// <summary><c>group.consumer.heartbeat.interval.ms</c></summary>
    public TimeSpan ConsumerHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>group.consumer.session.timeout.ms</c></summary>
    public TimeSpan ConsumerSessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>group.consumer.min.heartbeat.interval.ms</c>, for groups that set their own.</summary>
    public TimeSpan ConsumerMinHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>group.consumer.max.heartbeat.interval.ms</c></summary>
    public TimeSpan ConsumerMaxHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><c>group.consumer.min.session.timeout.ms</c></summary>
    public TimeSpan ConsumerMinSessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>group.consumer.max.session.timeout.ms</c></summary>
    public TimeSpan ConsumerMaxSessionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>group.consumer.max.size</c></summary>
    public int ConsumerMaxSize { get; init; } = int.MaxValue;

    /// <summary><c>group.consumer.assignors</c>, the first of which is the default.</summary>
    public IReadOnlyList<string> ConsumerAssignors { get; init; } = ["uniform", "range"];

    /// <summary><c>group.consumer.migration.policy</c></summary>
    public ConsumerGroupMigrationPolicy MigrationPolicy { get; init; } = ConsumerGroupMigrationPolicy.Bidirectional;
}
