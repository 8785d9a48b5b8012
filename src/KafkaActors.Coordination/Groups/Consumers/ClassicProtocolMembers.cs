using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// The classic protocol, spoken by a consumer group to those of its members that know no other (KIP-848, online
/// migration). The coordinator assigns, so nobody leads and nobody waits: a generation is the member's own epoch,
/// JoinGroup takes it a step towards its target and tells that epoch, SyncGroup what it may use, and Heartbeat answers
/// REBALANCE_IN_PROGRESS when there is a next step. What a member has given up it shows by the owned partitions of its
/// next JoinGroup. <see cref="ConsumerGroup"/> owns it.
/// </summary>
internal sealed class ClassicProtocolMembers(ConsumerGroupChanges changes)
{
    private RecordedConsumerGroup Recorded => changes.Recorded;

    private MemberTimers Timers => changes.Timers;

    public CoordinatorResult Join(in JoinAttempt join, MetadataImage image, TimeSpan now)
    {
        if (Refusal(join, image, out ConsumerProtocolSubscription subscription) is var error and not ErrorCode.None)
            return CoordinatorResult.Reply(join.Ticket, ClassicResponses.JoinRefused(error, join.MemberId));
        string memberId = join.MemberId.Length > 0 ? join.MemberId : changes.NewMemberId();
        if (join is { MemberId: "", InstanceId: null, NeedsMemberId: true })
            return CoordinatorResult.Reply(
                join.Ticket, ClassicResponses.JoinRefused(ErrorCode.MemberIdRequired, memberId));
        ConsumerGroupMember before = Enter(join, memberId);
        changes.Subscribe(before, before.Metadata.Joined(join, subscription), image);
        changes.AssignTarget(now);
        changes.Reconcile(changes.Member(memberId)!, NamedPartitions.Owned(subscription, image));
        Timers.KeepSession(memberId, now + join.SessionTimeout);
        Timers.AwaitStep(memberId, now + join.RebalanceTimeout);
        return changes.Reply(join.Ticket, Joined(changes.Member(memberId)!));
    }

    public SyncGroupResponse Sync(short version, SyncGroupRequest request, MetadataImage image, TimeSpan now)
    {
        ErrorCode error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (error != ErrorCode.None) return ClassicResponses.Sync(error);
        ConsumerGroupMember member = changes.Member(request.MemberId)!;
        ClassicMemberMetadata classic = member.Metadata.Classic!;
        if (IsOfOtherProtocol(version, request, classic))
            return ClassicResponses.Sync(ErrorCode.InconsistentGroupProtocol);
        // One that is to give partitions up learns here what it keeps, and then joins again by itself.
        if (Recorded.Epoch > member.Current.MemberEpoch && member.Current.State != MemberState.UnrevokedPartitions)
        {
            AwaitJoin(member, now);
            return ClassicResponses.Sync(ErrorCode.RebalanceInProgress);
        }

        Timers.KeepSession(member.MemberId, now + classic.SessionTimeout);
        Timers.AwaitStep(member.MemberId, null);
        return new SyncGroupResponse
        {
            ProtocolType = ClassicConsumerProtocol.Type,
            ProtocolName = classic.ProtocolName,
            Assignment = ClassicConsumerProtocol.Encode(
                NamedPartitions.Assignment(member.Current.Assigned, image), classic.Subscription),
        };
    }

    public HeartbeatResponse Heartbeat(HeartbeatRequest request, TimeSpan now)
    {
        ErrorCode error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (error != ErrorCode.None) return new HeartbeatResponse { ErrorCode = error };
        ConsumerGroupMember member = changes.Member(request.MemberId)!;
        Timers.KeepSession(member.MemberId, now + member.Metadata.Classic!.SessionTimeout);
        if (!HasToJoin(member)) return new HeartbeatResponse();
        AwaitJoin(member, now);
        return new HeartbeatResponse { ErrorCode = ErrorCode.RebalanceInProgress };
    }

    public CoordinatorResult Leave(
        long ticket, short version, LeaveGroupRequest request, MetadataImage image)
    {
        var left = new HashSet<string>(StringComparer.Ordinal);
        LeaveGroupResponse response = ClassicLeave.Respond(version, request, member => Leave(member, left));
        if (left.Count > 0) changes.Remove([.. left], image);
        return changes.Reply(ticket, response);
    }

    private static JoinGroupResponse Joined(ConsumerGroupMember member) => new()
    {
        MemberId = member.MemberId,
        GenerationId = member.Current.MemberEpoch,
        ProtocolType = ClassicConsumerProtocol.Type,
        ProtocolName = member.Metadata.Classic!.ProtocolName,
    };

    private static bool IsOfOtherProtocol(short version, SyncGroupRequest request, ClassicMemberMetadata classic) =>
        (version >= 5 && (request.ProtocolType is null || request.ProtocolName is null))
        || (request.ProtocolType ?? ClassicConsumerProtocol.Type) != ClassicConsumerProtocol.Type
        || (request.ProtocolName ?? classic.ProtocolName) != classic.ProtocolName;

    /// <summary>Whether the next step of the member's is possible; it takes it by joining again.</summary>
    private bool HasToJoin(ConsumerGroupMember member) => member.Current.MemberEpoch < Recorded.Epoch
        || member.Current.State == MemberState.UnrevokedPartitions
        || changes.CanComplete(member);

    /// <summary>A member that was told to join again, and goes on without, has that time and no longer.</summary>
    private void AwaitJoin(ConsumerGroupMember member, TimeSpan now)
    {
        if (!Timers.IsAwaited(member.MemberId))
            Timers.AwaitStep(member.MemberId, now + member.Metadata.RebalanceTimeout);
    }

    private ErrorCode Refusal(
        in JoinAttempt join, MetadataImage image, out ConsumerProtocolSubscription subscription)
    {
        subscription = null!;
        if (!HasRoomFor(join)) return ErrorCode.GroupMaxSizeReached;
        if (join.Request.ProtocolType != ClassicConsumerProtocol.Type || !SharesProtocol(join.Request.Protocols)
            || ClassicConsumerProtocol.SubscriptionOf(join.Request.Protocols[0].Metadata) is not { } read)
            return ErrorCode.InconsistentGroupProtocol;
        subscription = read;
        if (!Fits(join, read, image)) return ErrorCode.InvalidRequest;
        // With an instance id only, whoever comes takes the place of that member.
        if (join.InstanceId is not null && join.MemberId.Length > 0)
            return CheckInstance(join.MemberId, join.InstanceId);
        return IsGivenUp(join.MemberId, read) ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    /// <summary>
    /// A member that owns something has been one before: what it goes on reading may be another's by now, so that it
    /// has to learn that it was given up. (Kafka lets it in.)
    /// </summary>
    private bool IsGivenUp(string memberId, ConsumerProtocolSubscription subscription) =>
        subscription.OwnedPartitions.Count > 0 && changes.Member(memberId) is null;

    private bool HasRoomFor(in JoinAttempt join) => Recorded.Members.Count < changes.Settings.ConsumerMaxSize
        || changes.Member(join.MemberId) is not null
        || (join.InstanceId is { } instanceId && Recorded.StaticMember(instanceId) is not null);

    /// <summary>Whether the log takes the records that the member would make.</summary>
    private bool Fits(in JoinAttempt join, ConsumerProtocolSubscription subscription, MetadataImage image)
    {
        MemberMetadata? before = (join.InstanceId is { } instanceId
            ? Recorded.StaticMember(instanceId)
            : changes.Member(join.MemberId))?.Metadata;
        MemberMetadata joined = (before ?? MemberMetadata.None).Joined(join, subscription);
        return changes.Fault(join.MemberId, before, joined, image) is null;
    }

    /// <summary>All classic members share one of their protocols, or they could not be a classic group again.</summary>
    private bool SharesProtocol(IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> protocols) =>
        protocols.Any(protocol => Recorded.Subscriptions.IsSupportedByAll(protocol.Name));

    private ConsumerGroupMember Enter(in JoinAttempt join, string memberId) =>
        join.InstanceId is { } instanceId && join.MemberId.Length == 0
            && Recorded.StaticMember(instanceId) is { } former
            ? changes.Replace(former, memberId)
            : changes.Member(memberId) ?? ConsumerGroupMember.New(memberId);

    private ErrorCode Leave(LeaveGroupRequest.MemberIdentity leaving, HashSet<string> left)
    {
        // An administrator knows a static member's instance id, but not its member id.
        string? memberId = leaving is { MemberId: "", GroupInstanceId: { } instanceId }
            ? Recorded.StaticMember(instanceId)?.MemberId
            : leaving.MemberId;
        if (memberId is null || left.Contains(memberId)) return ErrorCode.UnknownMemberId;
        ErrorCode error = CheckMember(memberId, leaving.GroupInstanceId);
        if (error == ErrorCode.None) left.Add(memberId);
        return error;
    }

    private ErrorCode Check(string memberId, string? instanceId, int generation)
    {
        ErrorCode error = CheckMember(memberId, instanceId);
        if (error != ErrorCode.None) return error;
        return generation == changes.Member(memberId)!.Current.MemberEpoch
            ? ErrorCode.None
            : ErrorCode.IllegalGeneration;
    }

    /// <summary>Whether the sender is who it says, and speaks the classic protocol.</summary>
    private ErrorCode CheckMember(string memberId, string? instanceId)
    {
        if (instanceId is not null && CheckInstance(memberId, instanceId) is var error and not ErrorCode.None)
            return error;
        return changes.Member(memberId)?.Metadata.Classic is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    private ErrorCode CheckInstance(string memberId, string instanceId)
    {
        if (Recorded.StaticMember(instanceId) is not { } member) return ErrorCode.UnknownMemberId;
        return member.MemberId == memberId ? ErrorCode.None : ErrorCode.FencedInstanceId;
    }
}
