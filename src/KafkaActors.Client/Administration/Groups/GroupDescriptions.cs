using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>Reads groups from the answers of either protocol. Pure.</summary>
internal static class GroupDescriptions
{
    public static GroupListing Of(ListGroupsResponse.ListedGroup group) => new(
        group.GroupId, Parse<GroupType>(group.GroupType), Parse<GroupState>(group.GroupState), group.ProtocolType);

    public static GroupDescription Of(ConsumerGroupDescribeResponse.DescribedGroup group, NodeId coordinator) => new(
        group.GroupId,
        group.ErrorCode,
        group.ErrorMessage,
        GroupType.Consumer,
        Parse<GroupState>(group.GroupState),
        coordinator,
        group.AssignorName,
        [.. group.Members.Select(member => new MemberDescription(
            member.MemberId,
            member.InstanceId,
            member.ClientId,
            member.ClientHost,
            [.. member.Assignment.TopicPartitions.SelectMany(topic =>
                topic.Partitions.Select(index => new TopicPartition(topic.TopicName, index)))]))]);

    public static GroupDescription Of(DescribeGroupsResponse.DescribedGroup group, NodeId coordinator) => new(
        group.GroupId,
        group.ErrorCode,
        group.ErrorMessage,
        GroupType.Classic,
        Parse<GroupState>(group.GroupState),
        coordinator,
        group.ProtocolData,
        [.. group.Members.Select(member => new MemberDescription(
            member.MemberId,
            member.GroupInstanceId,
            member.ClientId,
            member.ClientHost,
            group.ProtocolType == ConsumerBlobs.ProtocolType ? Assignment(member.MemberAssignment) : []))]);

    private static List<TopicPartition> Assignment(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return [.. ConsumerBlobs.ReadAssignment(bytes).Partitions];
        }
        catch (ProtocolViolationException)
        {
            // Members may give each other what they like; the group is shown without it.
            return [];
        }
    }

    private static T Parse<T>(string name)
        where T : struct, Enum => Enum.TryParse(name, ignoreCase: true, out T value) ? value : default;
}
