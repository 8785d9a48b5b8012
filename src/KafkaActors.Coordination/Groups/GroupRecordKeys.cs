using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>Tells which group a record belongs to.</summary>
public static class GroupRecordKeys
{
    public static string GroupOf(CoordinatorRecord record) => record.Key switch
    {
        OffsetCommitKey key => key.Group,
        GroupMetadataKey key => key.Group,
        ConsumerGroupMetadataKey key => key.GroupId,
        ConsumerGroupPartitionMetadataKey key => key.GroupId,
        ConsumerGroupMemberMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMetadataKey key => key.GroupId,
        ConsumerGroupTargetAssignmentMemberKey key => key.GroupId,
        ConsumerGroupCurrentMemberAssignmentKey key => key.GroupId,
        _ => throw new ArgumentException($"A record of kind {record.KeyType} belongs to no group.", nameof(record)),
    };
}
