using System.Collections.Immutable;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// The records of one consumer group: types 3 to 8 of <c>__consumer_offsets</c> (KIP-848), which Kafka reads and writes
/// alike. <see cref="RecordedConsumerGroup"/> is the way back.
/// </summary>
internal sealed class ConsumerGroupRecords(string groupId)
{
    private const short EpochType = GroupRecordTypes.ConsumerGroupMetadata;
    private const short TopicsType = GroupRecordTypes.ConsumerGroupPartitionMetadata;
    private const short MemberType = GroupRecordTypes.ConsumerGroupMemberMetadata;
    private const short TargetEpochType = GroupRecordTypes.ConsumerGroupTargetAssignmentMetadata;
    private const short TargetType = GroupRecordTypes.ConsumerGroupTargetAssignmentMember;
    private const short CurrentType = GroupRecordTypes.ConsumerGroupCurrentMemberAssignment;
    private const short ValueVersion = 0;

    public CoordinatorRecord Epoch(int epoch) =>
        Of(EpochType, EpochKey(), new ConsumerGroupMetadataValue { Epoch = epoch });

    public CoordinatorRecord EpochTombstone() => Of(EpochType, EpochKey(), null);

    public CoordinatorRecord Topics(ImmutableSortedDictionary<string, SubscribedTopic> topics) => Of(
        TopicsType,
        TopicsKey(),
        new ConsumerGroupPartitionMetadataValue
        {
            Topics = [.. topics.Values.Select(topic => new ConsumerGroupPartitionMetadataValue.TopicMetadata
            {
                TopicId = topic.Id,
                TopicName = topic.Name,
                NumPartitions = topic.PartitionCount,
            })],
        });

    public CoordinatorRecord TopicsTombstone() => Of(TopicsType, TopicsKey(), null);

    public CoordinatorRecord Member(string memberId, MemberMetadata metadata) => Of(
        MemberType,
        MemberKey(memberId),
        new ConsumerGroupMemberMetadataValue
        {
            InstanceId = metadata.InstanceId,
            RackId = metadata.RackId,
            ClientId = metadata.Client.ClientId,
            ClientHost = metadata.Client.Host,
            SubscribedTopicNames = [.. metadata.TopicNames],
            SubscribedTopicRegex = metadata.TopicRegex,
            RebalanceTimeoutMs = (int)metadata.RebalanceTimeout.TotalMilliseconds,
            ServerAssignor = metadata.Assignor,
            ClassicMemberMetadata = metadata.Classic is { } classic ? Of(classic) : null,
        });

    public CoordinatorRecord MemberTombstone(string memberId) => Of(MemberType, MemberKey(memberId), null);

    public CoordinatorRecord TargetEpoch(int epoch) => Of(
        TargetEpochType,
        TargetEpochKey(),
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch });

    public CoordinatorRecord TargetEpochTombstone() => Of(TargetEpochType, TargetEpochKey(), null);

    public CoordinatorRecord Target(string memberId, PartitionSet target) => Of(
        TargetType,
        TargetKey(memberId),
        new ConsumerGroupTargetAssignmentMemberValue
        {
            TopicPartitions = [.. target.ByTopic.Select(topic =>
                new ConsumerGroupTargetAssignmentMemberValue.TargetTopic
                {
                    TopicId = topic.TopicId,
                    Partitions = topic.Partitions,
                })],
        });

    public CoordinatorRecord TargetTombstone(string memberId) => Of(TargetType, TargetKey(memberId), null);

    public CoordinatorRecord Current(string memberId, CurrentAssignment current) => Of(
        CurrentType,
        CurrentKey(memberId),
        new ConsumerGroupCurrentMemberAssignmentValue
        {
            MemberEpoch = current.MemberEpoch,
            PreviousMemberEpoch = current.PreviousMemberEpoch,
            State = (sbyte)current.State,
            AssignedPartitions = Topics(current.Assigned),
            PartitionsPendingRevocation = Topics(current.PendingRevocation),
        });

    public CoordinatorRecord CurrentTombstone(string memberId) => Of(CurrentType, CurrentKey(memberId), null);

    /// <summary>What ends a membership. The order matters to Kafka, which removes the member with the last.</summary>
    public IEnumerable<CoordinatorRecord> Tombstones(string memberId) =>
        [CurrentTombstone(memberId), TargetTombstone(memberId), MemberTombstone(memberId)];

    /// <summary>What ends a group without members, in Kafka's order.</summary>
    public IEnumerable<CoordinatorRecord> Tombstones() => [TargetEpochTombstone(), TopicsTombstone(), EpochTombstone()];

    /// <summary>No record of an assignment takes more for a topic's partitions.</summary>
    public static long SizeOfAssigned(int partitionCount) =>
        TopicId.Size + Varint.MaxInt32Size + ((long)partitionCount * sizeof(int)) + sizeof(byte);

    private static CoordinatorRecord Of(short type, IProtocolMessage key, IProtocolMessage? value) =>
        new(type, key, value, ValueVersion);

    private static ConsumerGroupMemberMetadataValue.ClassicMetadata Of(ClassicMemberMetadata classic) => new()
    {
        SessionTimeoutMs = (int)classic.SessionTimeout.TotalMilliseconds,
        SupportedProtocols = [.. classic.Protocols.Select(protocol =>
            new ConsumerGroupMemberMetadataValue.ClassicProtocol
            {
                Name = protocol.Name,
                Metadata = protocol.Metadata,
            })],
    };

    private static ConsumerGroupCurrentMemberAssignmentValue.CurrentTopic[] Topics(PartitionSet partitions) =>
        [.. partitions.ByTopic.Select(topic => new ConsumerGroupCurrentMemberAssignmentValue.CurrentTopic
        {
            TopicId = topic.TopicId,
            Partitions = topic.Partitions,
        })];

    private ConsumerGroupMetadataKey EpochKey() => new() { GroupId = groupId };

    private ConsumerGroupPartitionMetadataKey TopicsKey() => new() { GroupId = groupId };

    private ConsumerGroupMemberMetadataKey MemberKey(string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };

    private ConsumerGroupTargetAssignmentMetadataKey TargetEpochKey() => new() { GroupId = groupId };

    private ConsumerGroupTargetAssignmentMemberKey TargetKey(string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };

    private ConsumerGroupCurrentMemberAssignmentKey CurrentKey(string memberId) =>
        new() { GroupId = groupId, MemberId = memberId };
}
