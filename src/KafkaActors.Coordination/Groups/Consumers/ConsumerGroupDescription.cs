using KafkaActors.Coordination.Metadata;
using static KafkaActors.Protocol.Messages.ConsumerGroupDescribeResponse;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>A group as ConsumerGroupDescribe tells it. Topics that the image does not know are left out.</summary>
internal static class ConsumerGroupDescription
{
    private const sbyte SpeaksTheClassicProtocol = 0;
    private const sbyte SpeaksTheConsumerProtocol = 1;

    public static DescribedGroup Of(ConsumerGroup group, string assignor, MetadataImage image) => new()
    {
        GroupId = group.GroupId,
        GroupState = group.State.ToString(),
        GroupEpoch = group.Epoch,
        AssignmentEpoch = group.TargetEpoch,
        AssignorName = assignor,
        Members = [.. group.Members.Select(member => Of(member, group.Target(member.MemberId), image))],
    };

    private static DescribedMember Of(ConsumerGroupMember member, PartitionSet? target, MetadataImage image) => new()
    {
        MemberId = member.MemberId,
        InstanceId = member.Metadata.InstanceId,
        RackId = member.Metadata.RackId,
        MemberEpoch = member.Current.MemberEpoch,
        ClientId = member.Metadata.Client.ClientId,
        ClientHost = member.Metadata.Client.Host,
        SubscribedTopicNames = [.. member.Metadata.TopicNames],
        SubscribedTopicRegex = member.Metadata.TopicRegex.Length > 0 ? member.Metadata.TopicRegex : null,
        Assignment = Of(member.Current.Assigned, image),
        TargetAssignment = Of(target ?? PartitionSet.Empty, image),
        MemberType = member.Metadata.Classic is null ? SpeaksTheConsumerProtocol : SpeaksTheClassicProtocol,
    };

    private static DescribedAssignment Of(PartitionSet partitions, MetadataImage image) => new()
    {
        TopicPartitions = [.. partitions.ByTopic
            .Where(topic => image.Topic(topic.TopicId) is not null)
            .Select(topic => new DescribedTopic
            {
                TopicId = topic.TopicId,
                TopicName = image.Topic(topic.TopicId)!.Name,
                Partitions = topic.Partitions,
            })],
    };
}
