using System.Collections.Frozen;
using KafkaActors.Coordination.Groups.Consumers.Assignors;
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
    private readonly GroupServices _services;
    private readonly ConsumerGroupRules _rules;
    private readonly ConsumerGroupRecords _log;
    private readonly RecordedConsumerGroup _recorded = new();
    private readonly TopicSubscriptions _subscriptions = new();
    private readonly MemberTimers _timers = new();
    private List<GroupRecord> _records = [];
    private object? _resolved;

    public ConsumerGroup(string groupId, GroupServices services)
        : this(groupId, services, ConsumerGroupRules.Correct)
    {
    }

    internal ConsumerGroup(string groupId, GroupServices services, ConsumerGroupRules rules)
    {
        GroupId = groupId;
        _services = services;
        _rules = rules;
        _log = new ConsumerGroupRecords(groupId);
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

    public ConsumerGroupState State => _recorded switch
    {
        { IsDeleted: true } => Dead,
        { Members.Count: 0 } => Empty,
        _ when _recorded.Epoch > _recorded.TargetEpoch => Assigning,
        _ => Members.All(member => member.Current.IsReconciledTo(_recorded.TargetEpoch)) ? Stable : Reconciling,
    };

    public bool IsEmpty => _recorded.Members.Count == 0;

    public int Epoch => _recorded.Epoch;

    /// <summary>The epoch for which the target assignment was computed.</summary>
    public int TargetEpoch => _recorded.TargetEpoch;

    /// <summary>In order of member id, the static members that left for a while among them.</summary>
    public IEnumerable<ConsumerGroupMember> Members => _recorded.Members.Values;

    /// <summary>When <see cref="Tick"/> has something to do; null for never.</summary>
    public TimeSpan? NextDeadline => _timers.Next;

    private GroupSettings Settings => _services.Settings;

    /// <summary>What most members wish for; of equals, and without a wish, the first one configured.</summary>
    private string Assignor => Settings.ConsumerAssignors
        .MaxBy(name => Members.Count(member => member.Metadata.Assignor == name))!;

    public ConsumerGroupMember? Member(string memberId) => _recorded.Members.GetValueOrDefault(memberId);

    /// <summary>What the member shall have; null for a member that is not in the target assignment.</summary>
    public PartitionSet? Target(string memberId) => _recorded.Target(memberId);

    /// <summary>Joins, keeps, reconciles or ends a membership: ConsumerGroupHeartbeat v0 and v1.</summary>
    /// <returns>
    /// The answer carries what <see cref="ConsumerHeartbeat.Refusal"/> answers, or
    /// <see cref="ErrorCode.UnknownMemberId"/>, <see cref="ErrorCode.FencedMemberEpoch"/>,
    /// <see cref="ErrorCode.UnreleasedInstanceId"/>, <see cref="ErrorCode.FencedInstanceId"/>,
    /// <see cref="ErrorCode.GroupMaxSizeReached"/>, <see cref="ErrorCode.CoordinatorNotAvailable"/> of a dead group.
    /// A refused request changes nothing.
    /// </returns>
    public GroupDecision Heartbeat(
        long ticket,
        ConsumerGroupHeartbeatRequest request,
        short version,
        GroupClient client,
        MetadataImage image,
        TimeSpan now)
    {
        _records = [];
        string memberId = request.MemberId.Length > 0 ? request.MemberId : NewMemberId();
        ConsumerGroupHeartbeatResponse response = RefusalOfTheDead()
            ?? ConsumerHeartbeat.Refusal(request, version, Settings)
            ?? Admission.Refusal(_recorded, request, memberId, Settings.ConsumerMaxSize)
            ?? request.MemberEpoch switch
            {
                ConsumerHeartbeat.Leave => Leave(request, image),
                ConsumerHeartbeat.LeaveForAWhile => LeaveForAWhile(request),
                _ => Beat(request, memberId, client, image, now),
            };
        return GroupDecision.Reply(ticket, response, _records);
    }

    /// <summary>Fences the members that are due.</summary>
    public GroupDecision Tick(MetadataImage image, TimeSpan now)
    {
        IReadOnlyList<string> due = _timers.Due(now);
        if (due.Count == 0) return GroupDecision.None;
        _records = [];
        Remove(due, image);
        return new GroupDecision(_records, []);
    }

    /// <summary>Whether offsets may be committed under the member's epoch: OffsetCommit, TxnOffsetCommit.</summary>
    /// <param name="memberEpoch">Negative for somebody who is no member, which only an empty group allows.</param>
    /// <param name="version">Of OffsetCommit; members must use 9 or later, which knows the errors below.</param>
    /// <returns>
    /// <see cref="ErrorCode.UnknownMemberId"/>, <see cref="ErrorCode.UnsupportedVersion"/> or
    /// <see cref="ErrorCode.StaleMemberEpoch"/>: the member shall learn its epoch by a heartbeat, and try again;
    /// <see cref="ErrorCode.GroupIdNotFound"/> of a dead group.
    /// </returns>
    public ErrorCode CheckCommit(string memberId, int memberEpoch, short version, bool isTransactional)
    {
        if (_recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (memberEpoch < 0 && IsEmpty) return ErrorCode.None;
        if (Member(memberId) is not { } member) return ErrorCode.UnknownMemberId;
        return !isTransactional && version < 9 ? ErrorCode.UnsupportedVersion : CheckEpoch(member, memberEpoch);
    }

    /// <summary>Whether offsets may be read under the member's epoch: OffsetFetch v9.</summary>
    /// <param name="memberId">Null, with a negative epoch, for somebody who is no member, which is allowed.</param>
    /// <returns><see cref="ErrorCode.UnknownMemberId"/> or <see cref="ErrorCode.StaleMemberEpoch"/>.</returns>
    public ErrorCode CheckFetch(string? memberId, int memberEpoch)
    {
        if (_recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (memberId is null && memberEpoch < 0) return ErrorCode.None;
        return Member(memberId ?? "") is { } member ? CheckEpoch(member, memberEpoch) : ErrorCode.UnknownMemberId;
    }

    /// <summary>Whether a member is subscribed to the topic, which protects its offsets from OffsetDelete.</summary>
    public bool IsSubscribedTo(string topic) =>
        _recorded.Topics.ContainsKey(topic) || Members.Any(member => member.Metadata.TopicNames.Contains(topic));

    /// <summary>Ends the group, if it has no members; otherwise it changes nothing.</summary>
    /// <returns>
    /// <see cref="ErrorCode.NonEmptyGroup"/>, <see cref="ErrorCode.GroupIdNotFound"/> of a dead group, or none and the
    /// records that end it.
    /// </returns>
    public ErrorCode Delete(out IReadOnlyList<GroupRecord> records)
    {
        records = _records = [];
        if (_recorded.IsDeleted) return ErrorCode.GroupIdNotFound;
        if (!IsEmpty) return ErrorCode.NonEmptyGroup;
        Write(_log.Tombstones());
        return ErrorCode.None;
    }

    public ConsumerGroupDescribeResponse.DescribedGroup Describe(MetadataImage image) =>
        ConsumerGroupDescription.Of(this, Assignor, image);

    /// <summary>Takes in a record of the group, in the order of the log, before <see cref="Loaded"/>.</summary>
    /// <exception cref="ArgumentException">Its key is none of a consumer group.</exception>
    public void Replay(GroupRecord record) => _recorded.Apply(record);

    /// <summary>All records are in: every member gets a whole session, and time to give up what it has to.</summary>
    public void Loaded(TimeSpan now)
    {
        foreach (ConsumerGroupMember member in Members)
        {
            _timers.KeepSession(member.MemberId, now + Settings.ConsumerSessionTimeout);
            AwaitRevocation(member, now);
        }
    }

    private static ErrorCode CheckEpoch(ConsumerGroupMember member, int memberEpoch) =>
        member.Current.MemberEpoch == memberEpoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch;

    /// <summary>Of a member that left it to the coordinator, as version 0 may; in the form Kafka gives it.</summary>
    private string NewMemberId() => new TopicId(_services.NewId()).ToString();

    private ConsumerGroupHeartbeatResponse? RefusalOfTheDead() => _recorded.IsDeleted
        ? ConsumerHeartbeat.Refused(ErrorCode.CoordinatorNotAvailable, $"Group {GroupId} was deleted just now.")
        : null;

    private ConsumerGroupHeartbeatResponse Beat(
        ConsumerGroupHeartbeatRequest request, string memberId, GroupClient client, MetadataImage image, TimeSpan now)
    {
        ConsumerGroupMember before = Enter(request, memberId, image);
        Subscribe(before, before.Metadata.Updated(request, client), image);
        AssignTarget();
        _timers.KeepSession(memberId, now + Settings.ConsumerSessionTimeout);
        Reconcile(Member(memberId)!, request, now);
        ConsumerGroupMember after = Member(memberId)!;
        return ConsumerHeartbeat.Answer(
            request, after, !after.Current.Assigned.Equals(before.Current.Assigned),
            Settings.ConsumerHeartbeatInterval);
    }

    /// <summary>The member as it was; one that left for a while is back, under its own or another member id.</summary>
    private ConsumerGroupMember Enter(ConsumerGroupHeartbeatRequest request, string memberId, MetadataImage image)
    {
        ConsumerGroupMember? known = Member(memberId);
        ConsumerGroupMember? holder = request.InstanceId is { } id ? _recorded.StaticMember(id) : known;
        if (request.MemberEpoch != ConsumerHeartbeat.Join || holder is not { Current.HasDeparted: true })
            return known ?? ConsumerGroupMember.New(memberId);
        if (known is not null && known != holder) Remove([memberId], image);
        return Replace(holder, memberId);
    }

    private ConsumerGroupMember Replace(ConsumerGroupMember departed, string memberId)
    {
        PartitionSet? target = Target(departed.MemberId);
        _timers.Remove(departed.MemberId);
        Write(_log.Tombstones(departed.MemberId));
        Write(_log.Member(memberId, departed.Metadata));
        if (target is not null) Write(_log.Target(memberId, target));
        Write(_log.Current(memberId, departed.Current.Returned()));
        return Member(memberId)!;
    }

    private void Subscribe(ConsumerGroupMember before, MemberMetadata metadata, MetadataImage image)
    {
        bool isNew = Member(before.MemberId) is null;
        bool isOther = isNew || !metadata.SubscribesAs(before.Metadata);
        if (isNew || metadata != before.Metadata) Write(_log.Member(before.MemberId, metadata));
        bool areTopicsOther = (isOther || !ReferenceEquals(_resolved, image.Topics)) && ResolveTopics(image);
        if (isOther || areTopicsOther) Write(_log.Epoch(Epoch + 1));
    }

    /// <returns>Whether the group's topics are others than its epoch knows.</returns>
    private bool ResolveTopics(MetadataImage image)
    {
        var topics = _subscriptions.Resolve(Members, image);
        _resolved = image.Topics;
        if (topics.SequenceEqual(_recorded.Topics)) return false;
        Write(_log.Topics(topics));
        return true;
    }

    private void AssignTarget()
    {
        if (Epoch <= TargetEpoch) return;
        IReadOnlyDictionary<string, PartitionSet> target =
            PartitionAssignors.Named(Assignor).Assign(_subscriptions.ToAssign(_recorded));
        foreach (string memberId in _recorded.Members.Keys)
            if (!target[memberId].Equals(Target(memberId))) Write(_log.Target(memberId, target[memberId]));
        Write(_log.TargetEpoch(Epoch));
    }

    private void Reconcile(ConsumerGroupMember member, ConsumerGroupHeartbeatRequest request, TimeSpan now)
    {
        PartitionSet? owned = ConsumerHeartbeat.Owned(request);
        var reconciliation = new Reconciliation(
            TargetEpoch,
            Target(member.MemberId) ?? PartitionSet.Empty,
            partition => _recorded.Holder(partition) is not { } holder || holder == member.MemberId
                || _rules.IgnoresHolders,
            _rules.TrustsSilence ? owned ?? PartitionSet.Empty : owned);
        CurrentAssignment next = reconciliation.Next(member.Current);
        if (next == member.Current) return;
        Write(_log.Current(member.MemberId, next));
        AwaitRevocation(Member(member.MemberId)!, now);
    }

    private void AwaitRevocation(ConsumerGroupMember member, TimeSpan now) => _timers.AwaitRevocation(
        member.MemberId,
        member.Current.State == MemberState.UnrevokedPartitions ? now + member.Metadata.RebalanceTimeout : null);

    private ConsumerGroupHeartbeatResponse Leave(ConsumerGroupHeartbeatRequest request, MetadataImage image)
    {
        Remove([request.MemberId], image);
        return new() { MemberId = request.MemberId, MemberEpoch = ConsumerHeartbeat.Leave };
    }

    /// <summary>It keeps its assignment, and its session runs on: it is back before that ends, or is fenced.</summary>
    private ConsumerGroupHeartbeatResponse LeaveForAWhile(ConsumerGroupHeartbeatRequest request)
    {
        Write(_log.Current(request.MemberId, Member(request.MemberId)!.Current.Departed()));
        _timers.AwaitRevocation(request.MemberId, null);
        return new() { MemberId = request.MemberId, MemberEpoch = ConsumerHeartbeat.LeaveForAWhile };
    }

    private void Remove(IReadOnlyList<string> memberIds, MetadataImage image)
    {
        foreach (string memberId in memberIds)
        {
            _timers.Remove(memberId);
            Write(_log.Tombstones(memberId));
        }

        ResolveTopics(image);
        Write(_log.Epoch(Epoch + 1));
    }

    private void Write(IEnumerable<GroupRecord> records)
    {
        foreach (GroupRecord record in records) Write(record);
    }

    private void Write(GroupRecord record)
    {
        _records.Add(record);
        _recorded.Apply(record);
    }
}
