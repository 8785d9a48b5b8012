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
        LeaveGroupResponse response = Respond(version, request, Leave);
        if (members.Count < before) rebalance.MembersChanged(now);
        else rebalance.CompleteJoinIfAllJoined(now);
        return response;
    }

    /// <summary>Before v3 a request names one member, and the response is its outcome.</summary>
    public static LeaveGroupResponse Respond(
        short version, LeaveGroupRequest request, Func<LeaveGroupRequest.MemberIdentity, ErrorCode> leave)
    {
        if (version < 3) return new() { ErrorCode = leave(new() { MemberId = request.MemberId }) };
        return new()
        {
            Members = [.. request.Members.Select(member => new LeaveGroupResponse.MemberResponse
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.GroupInstanceId,
                ErrorCode = leave(member),
            })],
        };
    }

    private ErrorCode Leave(LeaveGroupRequest.MemberIdentity member) => member.MemberId.Length == 0
        ? RemoveInstance(member.GroupInstanceId)
        : RemoveMember(member.MemberId, member.GroupInstanceId);

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
