using System.Collections.Frozen;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Groups.Consumers.ConsumerGroupState;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// One group of the consumer group protocol (KIP-848). The coordinator decides who shall have what (the target
/// assignment) whenever members, subscriptions or topics changed the group's epoch; each member then comes to it by
/// its own heartbeats. Invariant: no two members hold one partition, be it assigned or not yet given up. A partition
/// that moves is therefore in nobody's hands between the one and the other. Members that do not heartbeat, or do not
/// give up what they were told to, are fenced. <see cref="GroupCore"/> owns it; its state advances when it decides.
/// </summary>
public sealed class ConsumerGroup
{
    private readonly ConsumerGroupChanges _changes;

    public ConsumerGroup(string groupId, GroupServices services)
        : this(groupId, services, ConsumerGroupRules.Correct)
    {
    }

    internal ConsumerGroup(string groupId, GroupServices services, ConsumerGroupRules rules)
    {
        GroupId = groupId;
        _changes = new ConsumerGroupChanges(groupId, services, rules);
        Classic = new ClassicProtocolMembers(_changes);
    }

    /// <summary>Where one input may take a group; each may leave it where it is, too.</summary>
    public static FrozenDictionary<ConsumerGroupState, ConsumerGroupState[]> StateTransitions { get; } =
        new Dictionary<ConsumerGroupState, ConsumerGroupState[]>
        {
            [Empty] = [Stable, Dead],
            [Assigning] = [Reconciling, Stable, Empty],
            [Reconciling] = [Stable, Assigning, Empty],
            [Stable] = [Reconciling, Assigning, Empty],
            [Dead] = [],
        }.ToFrozenDictionary();

    public string GroupId { get; }

    public ConsumerGroupState State => Recorded switch
    {
        { IsDeleted: true } => Dead,
        { Members.Count: 0 } => Empty,
        _ when Recorded.Epoch > Recorded.TargetEpoch => Assigning,
        _ => Members.All(member => member.Current.IsReconciledTo(Recorded.TargetEpoch)) ? Stable : Reconciling,
    };

    public bool IsEmpty => Recorded.Members.Count == 0;

    public int Epoch => Recorded.Epoch;

    /// <summary>The epoch for which the target assignment was computed.</summary>
    public int TargetEpoch => Recorded.TargetEpoch;

    /// <summary>In order of member id, the static members that left for a while among them.</summary>
    public IEnumerable<ConsumerGroupMember> Members => Recorded.Members.Values;

    /// <summary>When <see cref="Tick"/> has something to do; null for never.</summary>
    public TimeSpan? NextDeadline => (Timers.Next, _changes.AssignmentDue) switch
    {
        ({ } session, { } assignment) => session < assignment ? session : assignment,
        var (session, assignment) => session ?? assignment,
    };

    /// <summary>The classic protocol, for members that speak it.</summary>
    internal ClassicProtocolMembers Classic { get; }

    internal int MemberCount => Recorded.Members.Count;

    /// <summary>How many of the members speak the classic protocol.</summary>
    internal int ClassicCount => Recorded.ClassicCount;

    private RecordedConsumerGroup Recorded => _changes.Recorded;

    private MemberTimers Timers => _changes.Timers;

    private GroupSettings Settings => _changes.Settings;

    /// <summary>What is set for the group, else for all of them.</summary>
    private GroupConfig ConfigIn(MetadataImage image) => GroupConfigs.Of(image, GroupId, Settings);

    public ConsumerGroupMember? Member(string memberId) => _changes.Member(memberId);

    /// <summary>What the member shall have; null for a member that is not in the target assignment.</summary>
    public PartitionSet? Target(string memberId) => Recorded.Target(memberId);

    /// <summary>Joins, keeps, reconciles or ends a membership: ConsumerGroupHeartbeat v0 and v1.</summary>
    /// <returns>
    /// The answer carries what <see cref="ConsumerHeartbeat.Refusal"/> answers, or
    /// <see cref="ErrorCode.UnknownMemberId"/>, <see cref="ErrorCode.FencedMemberEpoch"/>,
    /// <see cref="ErrorCode.UnreleasedInstanceId"/>, <see cref="ErrorCode.FencedInstanceId"/>,
    /// <see cref="ErrorCode.GroupMaxSizeReached"/>, <see cref="ErrorCode.CoordinatorNotAvailable"/> of a dead group.
    /// A refused request changes nothing.
    /// </returns>
    public CoordinatorResult Heartbeat(
        long ticket,
        ConsumerGroupHeartbeatRequest request,
        short version,
        GroupClient client,
        MetadataImage image,
        TimeSpan now)
    {
        string memberId = request.MemberId.Length > 0 ? request.MemberId : _changes.NewMemberId();
        ConsumerGroupHeartbeatResponse response = RefusalOfTheDead()
            ?? ConsumerHeartbeat.Refusal(request, version, Settings)
            ?? Admission.Refusal(Recorded, request, memberId, Settings.ConsumerMaxSize)
            ?? RefusalOfSize(request, memberId, client, image)
            ?? request.MemberEpoch switch
            {
                ConsumerHeartbeat.Leave => Leave(request, image),
                ConsumerHeartbeat.LeaveForAWhile => LeaveForAWhile(request),
                _ => Beat(request, memberId, client, image, now),
            };
        return _changes.Reply(ticket, response);
    }

    /// <summary>Fences the members that are due, and assigns what was put off.</summary>
    public CoordinatorResult Tick(MetadataImage image, TimeSpan now)
    {
        IReadOnlyList<string> due = Timers.Due(now);
        if (due.Count > 0) _changes.Expire(due, image);
        if (_changes.AssignmentDue <= now) _changes.AssignTarget(now);
        IReadOnlyList<CoordinatorRecord> records = _changes.Take();
        return records.Count == 0 ? CoordinatorResult.None : _changes.Take(new CoordinatorResult(records, []));
    }

    /// <summary>Whether offsets may be committed under the member's epoch: OffsetCommit, TxnOffsetCommit.</summary>
    /// <param name="memberEpoch">Negative for somebody who is no member, which only an empty group allows.</param>
    /// <param name="version">
    /// Of OffsetCommit; members of the consumer protocol must use 9 or later, which knows the errors below.
    /// </param>
    /// <returns>
    /// <see cref="ErrorCode.UnknownMemberId"/>, <see cref="ErrorCode.UnsupportedVersion"/> or
    /// <see cref="ErrorCode.StaleMemberEpoch"/>: the member shall learn its epoch by a heartbeat, and try again; in the
    /// classic protocol <see cref="ErrorCode.IllegalGeneration"/>; <see cref="ErrorCode.GroupIdNotFound"/> of a dead
    /// group.
    /// </returns>
    public ErrorCode CheckCommit(string memberId, int memberEpoch, short version, bool isTransactional)
    {
        if (Recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (memberEpoch < 0 && IsEmpty) return ErrorCode.None;
        if (Member(memberId) is not { } member) return ErrorCode.UnknownMemberId;
        return !isTransactional && version < 9 && member.Metadata.Classic is null
            ? ErrorCode.UnsupportedVersion
            : CheckEpoch(member, memberEpoch);
    }

    /// <summary>Whether offsets may be read under the member's epoch: OffsetFetch v9.</summary>
    /// <param name="memberId">Null, with a negative epoch, for somebody who is no member, which is allowed.</param>
    /// <returns>
    /// <see cref="ErrorCode.UnknownMemberId"/>, <see cref="ErrorCode.StaleMemberEpoch"/> or, in the classic protocol,
    /// <see cref="ErrorCode.IllegalGeneration"/>.
    /// </returns>
    public ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (Recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (memberId is null && memberEpoch < 0) return ErrorCode.None;
        return Member(memberId ?? "") is { } member ? CheckEpoch(member, memberEpoch) : ErrorCode.UnknownMemberId;
    }

    /// <summary>Whether a member is subscribed to the topic, which protects its offsets from OffsetDelete.</summary>
    public bool IsSubscribedTo(string topic) =>
        Recorded.Topics.ContainsKey(topic) || Recorded.Subscriptions.IsNamed(topic);

    /// <summary>Ends the group, if it has no members; otherwise it changes nothing.</summary>
    /// <returns>
    /// <see cref="ErrorCode.NonEmptyGroup"/>, <see cref="ErrorCode.GroupIdNotFound"/> of a dead group, or none and the
    /// records that end it.
    /// </returns>
    public ErrorCode Delete(out IReadOnlyList<CoordinatorRecord> records)
    {
        records = [];
        if (Recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (!IsEmpty) return ErrorCode.NonEmptyGroup;
        records = End();
        return ErrorCode.None;
    }

    public ConsumerGroupDescribeResponse.DescribedGroup Describe(MetadataImage image) =>
        ConsumerGroupDescription.Of(this, _changes.Assignor, image);

    /// <summary>Takes in a record of the group, in the order of the log, before <see cref="Loaded"/>.</summary>
    /// <exception cref="ArgumentException">Its key is none of a consumer group.</exception>
    public void Replay(CoordinatorRecord record) => Recorded.Apply(record);

    /// <summary>All records are in: every member gets a whole session, and time to give up what it has to.</summary>
    public void Loaded(MetadataImage image, TimeSpan now)
    {
        TimeSpan session = ConfigIn(image).ConsumerSessionTimeout;
        foreach (ConsumerGroupMember member in Members)
        {
            Timers.KeepSession(member.MemberId, now + (member.Metadata.Classic?.SessionTimeout ?? session));
            // One of the classic protocol is told to join again, and has its time from then on.
            if (member.Metadata.Classic is null) AwaitRevocation(member, now);
        }
    }

    /// <summary>Ends the group, with its members: they go on in another.</summary>
    internal IReadOnlyList<CoordinatorRecord> End()
    {
        _changes.End();
        return _changes.Take();
    }

    private static ErrorCode CheckEpoch(ConsumerGroupMember member, int memberEpoch)
    {
        if (member.Current.MemberEpoch == memberEpoch) return ErrorCode.None;
        return member.Metadata.Classic is null ? ErrorCode.StaleMemberEpoch : ErrorCode.IllegalGeneration;
    }

    private ConsumerGroupHeartbeatResponse? RefusalOfTheDead() => Recorded.IsDeleted
        ? ConsumerHeartbeat.Refused(ErrorCode.CoordinatorNotAvailable, $"Group {GroupId} was deleted just now.")
        : null;

    private ConsumerGroupHeartbeatResponse? RefusalOfSize(
        ConsumerGroupHeartbeatRequest request, string memberId, GroupClient client, MetadataImage image)
    {
        if (request.MemberEpoch < 0) return null;
        ConsumerGroupMember? holder = request.InstanceId is { } id ? Recorded.StaticMember(id) : null;
        MemberMetadata? before = (holder ?? Member(memberId))?.Metadata;
        MemberMetadata metadata = (before ?? MemberMetadata.None).Updated(request, client);
        return _changes.Fault(memberId, before, metadata, image) is { } fault
            ? ConsumerHeartbeat.Refused(ErrorCode.InvalidRequest, fault)
            : null;
    }

    private ConsumerGroupHeartbeatResponse Beat(
        ConsumerGroupHeartbeatRequest request, string memberId, GroupClient client, MetadataImage image, TimeSpan now)
    {
        ConsumerGroupMember before = Enter(request, memberId, image);
        _changes.Subscribe(before, before.Metadata.Updated(request, client), image);
        _changes.AssignTarget(now);
        GroupConfig config = ConfigIn(image);
        Timers.KeepSession(memberId, now + config.ConsumerSessionTimeout);
        bool hasMoved = _changes.Reconcile(Member(memberId)!, ConsumerHeartbeat.Owned(request));
        if (hasMoved || before.Metadata.Classic is not null)
            AwaitRevocation(Member(memberId)!, now);
        ConsumerGroupMember after = Member(memberId)!;
        return ConsumerHeartbeat.Answer(
            request, after, !after.Current.Assigned.Equals(before.Current.Assigned),
            config.ConsumerHeartbeatInterval);
    }

    /// <summary>The member as it was; one that may be replaced is, under its own or another member id.</summary>
    private ConsumerGroupMember Enter(ConsumerGroupHeartbeatRequest request, string memberId, MetadataImage image)
    {
        ConsumerGroupMember? known = Member(memberId);
        ConsumerGroupMember? holder = request.InstanceId is { } id ? Recorded.StaticMember(id) : known;
        if (request.MemberEpoch != ConsumerHeartbeat.Join || holder is not { CanBeReplaced: true })
            return known ?? ConsumerGroupMember.New(memberId);
        if (known is not null && known != holder) _changes.Remove([memberId], image);
        return _changes.Replace(holder, memberId);
    }

    private void AwaitRevocation(ConsumerGroupMember member, TimeSpan now) => Timers.AwaitStep(
        member.MemberId,
        member.Current.State == MemberState.UnrevokedPartitions ? now + member.Metadata.RebalanceTimeout : null);

    private ConsumerGroupHeartbeatResponse Leave(ConsumerGroupHeartbeatRequest request, MetadataImage image)
    {
        _changes.Remove([request.MemberId], image);
        return new() { MemberId = request.MemberId, MemberEpoch = ConsumerHeartbeat.Leave };
    }

    private ConsumerGroupHeartbeatResponse LeaveForAWhile(ConsumerGroupHeartbeatRequest request)
    {
        _changes.Depart(request.MemberId);
        return new() { MemberId = request.MemberId, MemberEpoch = ConsumerHeartbeat.LeaveForAWhile };
    }
}
