using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>The records of committed offsets, in Kafka's schemas.</summary>
internal static class OffsetRecords
{
    /// <summary>The only version with an expiry of its own.</summary>
    private const short ExpiringVersion = 1;

    /// <summary>The one that names the topic's id (KAFKA-19141); Kafka reads it since 3.5.</summary>
    private const short ValueVersion = 4;

    public static CoordinatorRecord Of(string groupId, string topic, int partition, in CommittedOffset offset) => new(
        GroupRecordTypes.OffsetCommit,
        Key(groupId, topic, partition),
        offset.ToValue(),
        offset.ExpireTimestamp >= 0 ? ExpiringVersion : ValueVersion);

    public static CoordinatorRecord Tombstone(string groupId, string topic, int partition) =>
        new(GroupRecordTypes.OffsetCommit, Key(groupId, topic, partition), null, 0);

    private static OffsetCommitKey Key(string groupId, string topic, int partition) =>
        new() { Group = groupId, Topic = topic, Partition = partition };
}
