using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Versions;

/// <summary>
/// Requests and responses whose fields have moved from one version to another. Who asks fills and reads the newest
/// ones alone: a request that goes out in an older version gets the older fields instead, and what comes back in one is
/// brought into the newest shape.
/// </summary>
public static class MessageShapes
{
    private const short FindCoordinatorsAtOnce = 4;
    private const short OffsetsOfGroups = 8;
    private const short LeavingMembers = 3;
    private const short TopicsByNameOrId = 6;

    /// <summary>The request with the fields that the version has; itself where it has them already.</summary>
    public static IRequestMessage Older(IRequestMessage request, short version) => request switch
    {
        FindCoordinatorRequest { Key.Length: 0, CoordinatorKeys: [string key] } find
            when version < FindCoordinatorsAtOnce =>
            new FindCoordinatorRequest { Key = key, KeyType = find.KeyType },
        OffsetFetchRequest { GroupId.Length: 0, Groups: [{ } group] } fetch when version < OffsetsOfGroups =>
            Older(fetch, group),
        LeaveGroupRequest { MemberId.Length: 0, Members: [{ } member] } leave when version < LeavingMembers =>
            new LeaveGroupRequest { GroupId = leave.GroupId, MemberId = member.MemberId },
        DeleteTopicsRequest { TopicNames.Count: 0 } delete when version < TopicsByNameOrId =>
            new DeleteTopicsRequest
            {
                TopicNames = [.. delete.Topics.Select(topic => topic.Name ?? "")], TimeoutMs = delete.TimeoutMs,
            },
        // librdkafka's coordinator takes names only with an expression, and "" says that there is none.
        ConsumerGroupHeartbeatRequest { SubscribedTopicNames: not null, SubscribedTopicRegex: null } beat =>
            WithoutExpression(beat),
        _ => request,
    };

    /// <summary>The response in the newest shape.</summary>
    public static IResponseMessage Newer(IRequestMessage request, IResponseMessage response, short version)
    {
        switch (request, response)
        {
            case (FindCoordinatorRequest asked, FindCoordinatorResponse found) when version < FindCoordinatorsAtOnce:
                found.Coordinators = [Newer(asked, found)];
                break;
            case (OffsetFetchRequest asked, OffsetFetchResponse fetched) when version < OffsetsOfGroups:
                fetched.Groups = [Newer(asked, fetched)];
                break;
            case (LeaveGroupRequest asked, LeaveGroupResponse left) when version < LeavingMembers:
                left.Members = [.. asked.Members.Select(member =>
                    new LeaveGroupResponse.MemberResponse { MemberId = member.MemberId, ErrorCode = left.ErrorCode })];
                break;
        }

        return response;
    }

    private static ConsumerGroupHeartbeatRequest WithoutExpression(ConsumerGroupHeartbeatRequest beat) => new()
    {
        GroupId = beat.GroupId,
        MemberId = beat.MemberId,
        MemberEpoch = beat.MemberEpoch,
        InstanceId = beat.InstanceId,
        RackId = beat.RackId,
        RebalanceTimeoutMs = beat.RebalanceTimeoutMs,
        SubscribedTopicNames = beat.SubscribedTopicNames,
        SubscribedTopicRegex = "",
        ServerAssignor = beat.ServerAssignor,
        TopicPartitions = beat.TopicPartitions,
    };

    private static OffsetFetchRequest Older(
        OffsetFetchRequest fetch, OffsetFetchRequest.OffsetFetchGroup group) => new()
    {
        GroupId = group.GroupId, Topics = group.Topics, RequireStable = fetch.RequireStable,
    };

    private static FindCoordinatorResponse.Coordinator Newer(
        FindCoordinatorRequest asked, FindCoordinatorResponse found) => new()
    {
        Key = asked.CoordinatorKeys is [string key] ? key : asked.Key,
        NodeId = found.NodeId,
        Host = found.Host,
        Port = found.Port,
        ErrorCode = found.ErrorCode,
        ErrorMessage = found.ErrorMessage,
    };

    private static OffsetFetchResponse.OffsetFetchGroup Newer(OffsetFetchRequest asked, OffsetFetchResponse fetched) =>
        new()
        {
            GroupId = asked.Groups is [{ } group] ? group.GroupId : asked.GroupId,
            Topics = fetched.Topics,
            ErrorCode = fetched.ErrorCode,
        };
}
