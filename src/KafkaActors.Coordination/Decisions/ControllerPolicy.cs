using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Groups;

namespace KafkaActors.Coordination.Decisions;

/// <summary>The settings under which a controller decides.</summary>
/// <param name="NumPartitions"><c>num.partitions</c>.</param>
/// <param name="DefaultReplicationFactor"><c>default.replication.factor</c>.</param>
/// <param name="MaxPartitionsPerRequest">More are refused, as one metadata entry would get too long.</param>
public sealed record ControllerPolicy(
    int NumPartitions, short DefaultReplicationFactor, int MaxPartitionsPerRequest, TopicConfigDefaults TopicDefaults)
{
    /// <summary>The bounds of what a group may configure.</summary>
    public GroupSettings Groups { get; init; } = GroupSettings.Default;

    /// <summary>How long the ids of deleted topics are kept: as long as nodes keep what nothing explains.</summary>
    public TimeSpan DeletedTopicRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The most replicas of a partition: one, until followers copy records.</summary>
    public int MaxReplicationFactor { get; init; } = 1;

    /// <summary>How the node's own topics are made.</summary>
    public InternalTopics InternalTopics { get; init; } = InternalTopics.Kafka;

    /// <summary>Kafka's defaults.</summary>
    public static ControllerPolicy Kafka { get; } = new(1, 1, 10_000, TopicConfigDefaults.Kafka);
}
