using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The internal topic in which groups are kept: how it is made, and which partition a group is in.
/// </summary>
internal static class OffsetsTopic
{
    public const string Name = TopicName.ConsumerOffsets;

    /// <summary>The topic as this node's settings have it made.</summary>
    public static NewTopic Own(GroupCoordinatorSettings settings) => InternalTopics.ConsumerOffsets(
        settings.OffsetsTopicPartitions,
        (short)settings.OffsetsTopicReplicationFactor,
        settings.OffsetsTopicSegmentBytes);

    /// <summary>As Kafka places it: tools find a group by it.</summary>
    public static int PartitionOf(string groupId, int partitions)
    {
        int hash = JavaHash(groupId);
        // The one that has no counterpart counts as 0 there. For record keys Kafka drops the sign bit instead.
        return hash == int.MinValue ? 0 : Math.Abs(hash) % partitions;
    }

    private static int JavaHash(string text)
    {
        int hash = 0;
        foreach (char unit in text) hash = unchecked((31 * hash) + unit);
        return hash;
    }
}
