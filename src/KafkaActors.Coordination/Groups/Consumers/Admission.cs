using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Groups.Consumers.ConsumerHeartbeat;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// Whether a heartbeat comes from whom it says, given the group's members. An id stands for one process: a member that
/// joins again under it, with epoch 0, has lost what it had and is welcome (KAFKA-19233). An instance id belongs to one
/// member until that left, or its session ended; but in the classic protocol nobody says that it leaves for a while, so
/// a member of that protocol gives its place to whoever comes under its instance id.
/// </summary>
internal static class Admission
{
    /// <summary>Null when the heartbeat is to be carried out.</summary>
    public static ConsumerGroupHeartbeatResponse? Refusal(
        RecordedConsumerGroup group, ConsumerGroupHeartbeatRequest request, string memberId, int maxSize)
    {
        ConsumerGroupMember? holder = request.InstanceId is { } id ? group.StaticMember(id) : null;
        if (request.MemberEpoch == Join) return RefusalToJoin(group, request, memberId, holder, maxSize);
        if (request.InstanceId is { } instanceId)
        {
            if (holder is null) return Refused(ErrorCode.UnknownMemberId, $"Instance id {instanceId} is unknown.");
            if (holder.MemberId != memberId)
                return Refused(
                    ErrorCode.FencedInstanceId,
                    $"Static member {memberId} with instance id {instanceId} was fenced by member {holder.MemberId}.");
        }

        if (!group.Members.TryGetValue(memberId, out ConsumerGroupMember? member))
            return Refused(ErrorCode.UnknownMemberId, $"Member {memberId} is not a member of group {request.GroupId}.");
        if (member.Metadata.Classic is not null)
            return Refused(ErrorCode.UnknownMemberId, $"Member {memberId} has joined by the classic protocol.");
        return request.MemberEpoch < 0 ? null : RefusalOfEpoch(member.Current, request);
    }

    private static ConsumerGroupHeartbeatResponse? RefusalToJoin(
        RecordedConsumerGroup group,
        ConsumerGroupHeartbeatRequest request,
        string memberId,
        ConsumerGroupMember? holder,
        int maxSize)
    {
        bool replaces = holder is { CanBeReplaced: true };
        if (holder is not null && !replaces && holder.MemberId != memberId)
            return Refused(
                ErrorCode.UnreleasedInstanceId,
                $"Static member {memberId} with instance id {request.InstanceId} cannot join the group because the "
                    + $"instance id is owned by member {holder.MemberId}.");
        return group.Members.Count >= maxSize && !replaces && !group.Members.ContainsKey(memberId)
            ? Refused(
                ErrorCode.GroupMaxSizeReached,
                $"The consumer group has reached its maximum capacity of {maxSize} members.")
            : null;
    }

    private static ConsumerGroupHeartbeatResponse? RefusalOfEpoch(
        CurrentAssignment current, ConsumerGroupHeartbeatRequest request)
    {
        if (current.State == MemberState.Unknown && Owned(request) is not { IsEmpty: true })
            return Fenced("is in an unknown state");
        if (request.MemberEpoch == current.MemberEpoch) return null;
        if (request.MemberEpoch > current.MemberEpoch) return Fenced("has a greater member epoch than");
        // The answer with the new epoch may have been lost: the member is heard if it has nothing it should not have.
        return request.MemberEpoch == current.PreviousMemberEpoch
            && Owned(request) is { } owned && owned.IsSubsetOf(current.Assigned)
                ? null
                : Fenced("has a smaller member epoch than");

        ConsumerGroupHeartbeatResponse Fenced(string what) => Refused(
            ErrorCode.FencedMemberEpoch,
            $"The consumer group member {what} the one known by the group coordinator "
                + $"({request.MemberEpoch}, {current.MemberEpoch}). The member must abandon all its partitions and "
                + "rejoin.");
    }
}
