using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>Takes the members of a LeaveGroup out of a classic group, each with its own outcome.</summary>
internal sealed class ClassicLeave(ClassicMembers members, ClassicRebalance rebalance)
{
    public LeaveGroupResponse Leave(short version, LeaveGroupRequest request, TimeSpan now)
    {
        if (rebalance.State == ClassicGroupState.Dead) return new() { ErrorCode = ErrorCode.CoordinatorNotAvailable };
        int before = members.Count;
        var outcomes = new List<LeaveGroupResponse.MemberResponse>();
        foreach (LeaveGroupRequest.MemberIdentity member in Leaving(version, request))
            outcomes.Add(Leave(member));
        if (members.Count < before) rebalance.MembersChanged(now);
        else rebalance.CompleteJoinIfAllJoined(now);
        return version < 3 ? new() { ErrorCode = outcomes[0].ErrorCode } : new() { Members = outcomes };
    }

    /// <summary>Before v3 a request names one member, and the response is its outcome.</summary>
    private static IReadOnlyList<LeaveGroupRequest.MemberIdentity> Leaving(short version, LeaveGroupRequest request) =>
        version < 3 ? [new() { MemberId = request.MemberId }] : request.Members;

    private LeaveGroupResponse.MemberResponse Leave(LeaveGroupRequest.MemberIdentity member) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.GroupInstanceId,
        ErrorCode = member.MemberId.Length == 0
            ? RemoveInstance(member.GroupInstanceId)
            : RemoveMember(member.MemberId, member.GroupInstanceId),
    };

    /// <summary>An administrator knows a static member's instance id, but not its member id.</summary>
    private ErrorCode RemoveInstance(string? instanceId)
    {
        if (instanceId is null || members.IdOfInstance(instanceId) is not { } memberId)
            return ErrorCode.UnknownMemberId;
        rebalance.Remove(members.Find(memberId)!);
        return ErrorCode.None;
    }

    private ErrorCode RemoveMember(string memberId, string? instanceId)
    {
        if (members.RemovePending(memberId) is { } pending)
        {
            SessionDeadlines.End(pending);
            return ErrorCode.None;
        }

        ErrorCode error = members.Check(memberId, instanceId);
        if (error == ErrorCode.None) rebalance.Remove(members.Find(memberId)!);
        return error;
    }
}
