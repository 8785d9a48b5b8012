using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>What fake groups tell administrators, and have done to them.</summary>
internal static class FakeGroupAdministration
{
    public static ListGroupsResponse List(ErrorCode error, IEnumerable<FakeGroup> groups) => new()
    {
        ErrorCode = error,
        Groups = [.. groups.Where(group => group.Exists).Select(group => new ListGroupsResponse.ListedGroup
        {
            GroupId = group.Name,
            ProtocolType = "consumer",
            GroupState = State(group),
            GroupType = group.ConsumerMembers.Count > 0 ? "consumer" : "classic",
        })],
    };

    public static IResponseMessage Answer(FakeGroup group, IRequestMessage request) => request switch
    {
        ConsumerGroupDescribeRequest when group.ConsumerMembers.Count > 0 => DescribeConsumer(group),
        DescribeGroupsRequest when group.Exists => Describe(group),
        DeleteGroupsRequest when group.MemberIds.Count > 0 => Refusal(group.Name, request, ErrorCode.NonEmptyGroup),
        DeleteGroupsRequest when group.Exists => Delete(group),
        OffsetDeleteRequest delete when group.Exists => DeleteOffsets(group, delete),
        _ => Refusal(group.Name, request, ErrorCode.GroupIdNotFound),
    };

    public static IResponseMessage Refusal(string group, IRequestMessage request, ErrorCode error) => request switch
    {
        DescribeGroupsRequest => new DescribeGroupsResponse
        {
            Groups = [new DescribeGroupsResponse.DescribedGroup
            {
                GroupId = group, ErrorCode = error, GroupState = "Dead",
            }],
        },
        ConsumerGroupDescribeRequest => new ConsumerGroupDescribeResponse
        {
            Groups = [new ConsumerGroupDescribeResponse.DescribedGroup { GroupId = group, ErrorCode = error }],
        },
        DeleteGroupsRequest => new DeleteGroupsResponse
        {
            Results = [new DeleteGroupsResponse.DeletableGroupResult { GroupId = group, ErrorCode = error }],
        },
        OffsetDeleteRequest => new OffsetDeleteResponse { ErrorCode = error },
        _ => throw new NotSupportedException($"{request.Api}"),
    };

    private static string State(FakeGroup group) =>
        group.MemberIds.Count + group.ConsumerMembers.Count > 0 ? "Stable" : "Empty";

    private static ConsumerGroupDescribeResponse DescribeConsumer(FakeGroup group) => new()
    {
        Groups = [new ConsumerGroupDescribeResponse.DescribedGroup
        {
            GroupId = group.Name,
            GroupState = State(group),
            AssignorName = "uniform",
            Members = group.ConsumerMembers,
        }],
    };

    private static DescribeGroupsResponse Describe(FakeGroup group) => new()
    {
        Groups = [new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = group.Name,
            GroupState = State(group),
            ProtocolType = "consumer",
            ProtocolData = group.Protocol,
            Members = [.. group.MemberIds.Select(id => new DescribeGroupsResponse.DescribedGroupMember
            {
                MemberId = id,
                ClientId = "client",
                ClientHost = "/127.0.0.1",
                MemberAssignment = group.Assignment(id),
            })],
        }],
    };

    private static DeleteGroupsResponse Delete(FakeGroup group)
    {
        group.Clear();
        return new DeleteGroupsResponse
        {
            Results = [new DeleteGroupsResponse.DeletableGroupResult { GroupId = group.Name }],
        };
    }

    private static OffsetDeleteResponse DeleteOffsets(FakeGroup group, OffsetDeleteRequest request)
    {
        foreach (OffsetDeleteRequest.OffsetDeleteTopic topic in request.Topics)
        {
            foreach (OffsetDeleteRequest.OffsetDeletePartition partition in topic.Partitions)
                group.Forget(new TopicPartition(topic.Name, partition.PartitionIndex));
        }

        return new OffsetDeleteResponse
        {
            Topics = [.. request.Topics.Select(topic => new OffsetDeleteResponse.OffsetDeleteTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition =>
                    new OffsetDeleteResponse.OffsetDeletePartition { PartitionIndex = partition.PartitionIndex })],
            })],
        };
    }
}
