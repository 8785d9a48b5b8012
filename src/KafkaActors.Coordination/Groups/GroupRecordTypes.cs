namespace KafkaActors.Coordination.Groups;

/// <summary>The kinds of records in <c>__consumer_offsets</c>: the version of the key.</summary>
public static class GroupRecordTypes
{
    /// <summary>An offset, as written by Kafka before 0.8.2.</summary>
    public const short OffsetCommitV0 = 0;

    public const short OffsetCommit = 1;

    public const short GroupMetadata = 2;

    /// <summary>A consumer group's epoch; the next are of consumer groups too.</summary>
    public const short ConsumerGroupMetadata = 3;

    public const short ConsumerGroupPartitionMetadata = 4;

    public const short ConsumerGroupMemberMetadata = 5;

    public const short ConsumerGroupTargetAssignmentMetadata = 6;

    public const short ConsumerGroupTargetAssignmentMember = 7;

    public const short ConsumerGroupCurrentMemberAssignment = 8;
}
