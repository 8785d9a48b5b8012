using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Groups;

/// <summary>The answer to a group's request that no group was asked. Pure.</summary>
internal static class GroupRefusals
{
    /// <param name="why">Told by the responses that have room for it.</param>
    public static IResponseMessage Of(
        object request, short version, string groupId, ErrorCode error, string? why = null) => request switch
    {
        JoinGroupRequest join => new JoinGroupResponse
        {
            ErrorCode = error, MemberId = join.MemberId, ProtocolName = "",
        },
        SyncGroupRequest => new SyncGroupResponse { ErrorCode = error },
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = error },
        LeaveGroupRequest => new LeaveGroupResponse { ErrorCode = error },
        OffsetCommitRequest commit => new OffsetCommitResponse
        {
            Topics = [.. commit.Topics.Select(topic => Commit(topic, error))],
        },
        OffsetFetchRequest.OffsetFetchGroup fetch => new OffsetFetchResponse
        {
            Groups = [OffsetFetchGroups.Refuse(fetch, version, error)],
        },
        OffsetDeleteRequest => new OffsetDeleteResponse { ErrorCode = error },
        DescribeGroupsRequest => new DescribeGroupsResponse
        {
            Groups = [new() { GroupId = groupId, ErrorCode = error, ErrorMessage = why }],
        },
        ConsumerGroupHeartbeatRequest => new ConsumerGroupHeartbeatResponse { ErrorCode = error, ErrorMessage = why },
        ConsumerGroupDescribeRequest => new ConsumerGroupDescribeResponse
        {
            Groups = [new() { GroupId = groupId, ErrorCode = error, ErrorMessage = why }],
        },
        DeleteGroupsRequest => new DeleteGroupsResponse { Results = [new() { GroupId = groupId, ErrorCode = error }] },
        ListGroupsRequest => new ListGroupsResponse { ErrorCode = error },
        _ => throw new ArgumentException($"{request.GetType().Name} is no request of a group.", nameof(request)),
    };

    /// <summary>The row of a topic of which no offset was committed.</summary>
    public static OffsetCommitResponse.OffsetCommitTopic Commit(
        OffsetCommitRequest.OffsetCommitTopic topic, ErrorCode error) => new()
    {
        Name = topic.Name,
        Partitions = [.. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitPartition
        {
            PartitionIndex = partition.PartitionIndex, ErrorCode = error,
        })],
    };
}
