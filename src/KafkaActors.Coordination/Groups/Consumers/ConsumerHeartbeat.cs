using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What a ConsumerGroupHeartbeat has to look like whatever the group: versions 0 and 1 (KIP-848, KIP-1082).
/// </summary>
public static class ConsumerHeartbeat
{
    /// <summary>The member epoch of a member that joins, or joins again without any partition.</summary>
    public const int Join = 0;

    /// <summary>The member epoch of a member that leaves.</summary>
    public const int Leave = -1;

    /// <summary>The member epoch of a static member that leaves and will be back, or has left so.</summary>
    public const int LeaveForAWhile = -2;

    private const short MemberChoosesItsId = 1;

    /// <summary>Why the request is refused without a look at any group; null when it is not.</summary>
    /// <returns>
    /// <see cref="ErrorCode.InvalidRequest"/>, <see cref="ErrorCode.UnsupportedAssignor"/> or
    /// <see cref="ErrorCode.InvalidRegularExpression"/>.
    /// </returns>
    public static ConsumerGroupHeartbeatResponse? Refusal(
        ConsumerGroupHeartbeatRequest request, short version, GroupSettings settings)
    {
        if (Fault(request, version) is { } fault) return Refused(ErrorCode.InvalidRequest, fault);
        if (request.ServerAssignor is { } assignor && !settings.ConsumerAssignors.Contains(assignor))
            return Refused(
                ErrorCode.UnsupportedAssignor,
                $"ServerAssignor {assignor} is not supported. Supported assignors: "
                    + $"{string.Join(", ", settings.ConsumerAssignors)}.");
        return request.SubscribedTopicRegex is { } regex && TopicRegex.Fault(regex) is { } reason
            ? Refused(
                ErrorCode.InvalidRegularExpression,
                $"SubscribedTopicRegex `{regex}` is not a valid regular expression: {reason}")
            : null;
    }

    public static ConsumerGroupHeartbeatResponse Refused(ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };

    /// <summary>What the member says it owns; null when it does not say.</summary>
    internal static PartitionSet? Owned(ConsumerGroupHeartbeatRequest request) => request.TopicPartitions is { } topics
        ? PartitionSet.OfTopics(topics.Select(topic => (topic.TopicId, topic.Partitions)))
        : null;

    /// <param name="isAssignmentOther">Whether the heartbeat changed what the member may use.</param>
    internal static ConsumerGroupHeartbeatResponse Answer(
        ConsumerGroupHeartbeatRequest request, ConsumerGroupMember member, bool isAssignmentOther, TimeSpan interval) =>
        new()
        {
            MemberId = member.MemberId,
            MemberEpoch = member.Current.MemberEpoch,
            HeartbeatIntervalMs = (int)interval.TotalMilliseconds,
            Assignment = isAssignmentOther || IsFull(request) ? AssignmentOf(member) : null,
        };

    /// <summary>Whether the member tells all of itself, as when it joins or is not sure what was heard.</summary>
    private static bool IsFull(ConsumerGroupHeartbeatRequest request) => request.MemberEpoch == Join
        || (request.RebalanceTimeoutMs != -1
            && (request.SubscribedTopicNames is not null || request.SubscribedTopicRegex is not null)
            && request.TopicPartitions is not null);

    private static ConsumerGroupHeartbeatResponse.MemberAssignment AssignmentOf(ConsumerGroupMember member) => new()
    {
        TopicPartitions = [.. member.Current.Assigned.ByTopic.Select(topic =>
            new ConsumerGroupHeartbeatResponse.AssignedTopic
            {
                TopicId = topic.TopicId,
                Partitions = topic.Partitions,
            })],
    };

    private static string? Fault(ConsumerGroupHeartbeatRequest request, short version)
    {
        if (IsBlank(request.MemberId) && (version >= MemberChoosesItsId || request.MemberEpoch != Join))
            return "MemberId can't be empty.";
        if (IsBlank(request.GroupId)) return "GroupId can't be empty.";
        if (IsBlank(request.InstanceId)) return "InstanceId can't be empty.";
        if (IsBlank(request.RackId)) return "RackId can't be empty.";
        return request.MemberEpoch switch
        {
            Join => FaultOfJoin(request),
            LeaveForAWhile when request.InstanceId is null => "InstanceId can't be null.",
            < LeaveForAWhile => "MemberEpoch is invalid.",
            _ => null,
        };
    }

    private static string? FaultOfJoin(ConsumerGroupHeartbeatRequest request)
    {
        if (request.RebalanceTimeoutMs == -1) return "RebalanceTimeoutMs must be provided in first request.";
        if (request.TopicPartitions is not { Count: 0 }) return "TopicPartitions must be empty when (re-)joining.";
        return request.SubscribedTopicNames is null && request.SubscribedTopicRegex is null
            ? "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining."
            : null;
    }

    private static bool IsBlank(string? text) => text is not null && string.IsNullOrWhiteSpace(text);
}
