using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The internal topic in which groups are kept: how it is made.
/// </summary>
internal static class OffsetsTopic
{
    public const string Name = TopicName.ConsumerOffsets;

    /// <summary>The topic as this node's settings have it made.</summary>
    public static NewTopic Own(GroupCoordinatorSettings settings) => InternalTopics.ConsumerOffsets(
        settings.OffsetsTopicPartitions,
        (short)settings.OffsetsTopicReplicationFactor,
        settings.OffsetsTopicSegmentBytes);
}
