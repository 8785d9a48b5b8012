using KafkaActors.Client.Cluster;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Consuming.Groups.ClassicMemberState;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// A membership in a group of the classic protocol (KIP-345, KIP-394, KIP-429): the members' leader assigns.
/// <code>
/// Idle       -> Joining    subscribed
/// Joining    -> Joining    a member id was given, the coordinator moved, or the request failed: joins again
/// Joining    -> Assigning  chosen to lead
/// Joining    -> Syncing    another member leads
/// Assigning  -> Syncing    the partitions of the group's topics are known
/// Syncing    -> Stable     the assignment is here
/// Syncing    -> Revoking   cooperative: and it lacks partitions that the reader has
/// Syncing    -> Joining    the group rebalances again, or has gone on without this member
/// Stable     -> Joining    cooperative: the group rebalances, or this member's topics have changed
/// Stable     -> Revoking   eager: the same; everything is given up first
/// Revoking   -> Joining    the reader has let go
/// a member   -> Joining    the coordinator knows it no more: what it had is lost
/// any        -> Suspended  the reader has stood still for max.poll.interval.ms: it leaves
/// Suspended  -> Joining    the reader goes on
/// any        -> Idle       unsubscribed: it leaves when the reader has let go
/// any        -> Failed     refused for good
/// </code>
/// </summary>
internal sealed class ClassicGroupMembership(
    GroupMemberSettings settings, CoordinatorLookup coordinator, Backoff backoff) : IGroupMembership
{
    private readonly ClassicGroupRequests _requests = new(settings);
    private readonly MemberPartitions _partitions = new();
    private readonly AssignorRole _role = new(settings);
    private List<MembershipEffect> _effects = [];
    private IReadOnlyList<string> _topics = [];
    private MembershipCall? _underWay;
    private MembershipCall? _heartbeat;
    private string? _rejoinReason;
    private TimeSpan _retryAt;
    private TimeSpan _heartbeatAt;
    private TimeSpan _readAt;
    private bool _leavesAfterRevocation;

    public ClassicMemberState State { get; private set; }

    public string MemberId => Self.MemberId;

    public GroupIdentity Self { get; private set; } = new(settings.GroupId, settings.InstanceId);

    public IReadOnlyList<TopicPartition> Assigned => _partitions.Assigned;

    public bool NeedsCoordinator => State is not (Idle or Suspended or Failed);

    public IRequestMessage? LastWill => ClassicGroupRequests.Leave(Self, "the consumer stopped");

    public TimeSpan? NextDeadline
    {
        get
        {
            if (!NeedsCoordinator) return null;
            TimeSpan next = _readAt + settings.RebalanceTimeout;
            if (State == Joining && _underWay is null && _retryAt < next) next = _retryAt;
            if (Heartbeats && _heartbeat is null && _heartbeatAt < next) next = _heartbeatAt;
            return next;
        }
    }

    private MemberSubscription Subscription => new(_topics, _partitions.Last.Partitions, _partitions.Last.Generation);

    private bool Heartbeats => Self.IsMember && State is Assigning or Syncing or Stable or Revoking;

    public IReadOnlyList<MembershipEffect> Subscribe(SubscribedTopics topics, TimeSpan now)
    {
        bool isNew = !_topics.SequenceEqual(topics.Names);
        _topics = topics.Names;
        if (State is Idle or Failed || _leavesAfterRevocation)
        {
            _leavesAfterRevocation = false;
            _readAt = now;
            if (State != Revoking) BeginJoin();
        }
        else if (isNew)
        {
            Rejoin("the subscription has changed");
        }

        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Unsubscribe(TimeSpan now)
    {
        if (Assigned.Count == 0 || !NeedsCoordinator) return Leave("the consumer has unsubscribed");
        _leavesAfterRevocation = true;
        BeginRevocation(Assigned);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Leave(string reason)
    {
        BecomeIdle(reason);
        return TakeEffects();
    }

    public IReadOnlyList<MembershipEffect> Learn(KnownTopics topics, TimeSpan now)
    {
        _role.PartitionCounts = topics.PartitionCounts;
        if (State is Syncing or Stable or Revoking && _role.IsOutdated)
            Rejoin("the partitions of the group's topics have changed");
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Revoked(int id, TimeSpan now)
    {
        if (State != Revoking || !_partitions.TryEndRevocation(id)) return [];
        BeginJoin();
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Read(TimeSpan now)
    {
        _readAt = now;
        if (State == Suspended) BeginJoin();
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Tick(TimeSpan now) => Advance(now);

    public IReadOnlyList<MembershipEffect> Answered(MembershipCall call, IResponseMessage response, TimeSpan now)
    {
        if (!Settle(call)) return [];
        GuardAssignor(() => Take(response, now));
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Unanswered(
        MembershipCall call, ErrorCode error, string? message, TimeSpan now)
    {
        if (!Settle(call)) return [];
        if (error == ErrorCode.UnsupportedVersion && message is not null) Fail(error, message);
        else if (call.Request is HeartbeatRequest) Judge(error, now);
        else JoinFailed(error, now);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Told(ErrorCode error, TimeSpan now)
    {
        bool concernsIt = error.IsMembershipLost()
            || error is ErrorCode.RebalanceInProgress or ErrorCode.FencedInstanceId;
        if (Self.IsMember && concernsIt) Judge(error, now);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Refuse(ErrorCode error)
    {
        Fail(error);
        return TakeEffects();
    }

    private bool Settle(MembershipCall call)
    {
        if (call == _heartbeat) _heartbeat = null;
        else if (call == _underWay) _underWay = null;
        else return false;
        return true;
    }

    private void Take(IResponseMessage response, TimeSpan now)
    {
        switch (response)
        {
            case JoinGroupResponse { ErrorCode: ErrorCode.None } join: Joined(join, now); break;
            case JoinGroupResponse { ErrorCode: ErrorCode.MemberIdRequired } join:
                Self = Self with { MemberId = join.MemberId };
                break;
            case SyncGroupResponse { ErrorCode: ErrorCode.None } sync: Synced(sync); break;
            case HeartbeatResponse heartbeat: Judge(heartbeat.ErrorCode, now); break;
            case JoinGroupResponse join: JoinFailed(join.ErrorCode, now); break;
            case SyncGroupResponse sync: JoinFailed(sync.ErrorCode, now); break;
        }
    }

    private void Joined(JoinGroupResponse response, TimeSpan now)
    {
        backoff.Reset();
        Self = Self with { MemberId = response.MemberId, Generation = response.GenerationId };
        _heartbeatAt = now + settings.HeartbeatInterval;
        bool led = _role.Leads;
        if (!_role.TryBegin(response))
        {
            Fail(ErrorCode.InconsistentGroupProtocol);
            return;
        }

        if (led || _role.Leads) _effects.Add(new MembershipEffect.WatchTopics(_role.Topics));
        State = _role.Leads && !response.SkipAssignment ? Assigning : Syncing;
    }

    /// <exception cref="KafkaException">The assignor failed.</exception>
    private void Synced(SyncGroupResponse response)
    {
        MemberAssignment decided;
        try
        {
            decided = ConsumerBlobs.ReadAssignment(response.Assignment);
        }
        catch (ProtocolViolationException)
        {
            Fail(ErrorCode.InconsistentGroupProtocol);
            return;
        }

        _role.Hear(decided, Self);
        List<TopicPartition> assigned = [.. decided.Partitions];
        // Who leads may not have heard yet of a subscription that has changed meanwhile.
        if (assigned.RemoveAll(partition => !_topics.Contains(partition.Topic)) > 0)
            _rejoinReason ??= "the subscription has changed";
        State = Stable;
        (IReadOnlyList<TopicPartition> added, IReadOnlyList<TopicPartition> taken) =
            _partitions.Accept(assigned, Self.Generation);
        if (taken.Count > 0) BeginRevocation(taken);
        _effects.Add(new MembershipEffect.Assign(added));
        if (State == Stable && _rejoinReason is { } reason) Rejoin(reason);
    }

    /// <summary>
    /// Why a join or the sync after it came to nothing, and how it goes on: by joining again, or not.
    /// </summary>
    private void JoinFailed(ErrorCode error, TimeSpan now)
    {
        if (error.IsMembershipLost()) Forget(error);
        else if (error.IsCoordinatorLost()) coordinator.Lose(now);
        else if (error != ErrorCode.RebalanceInProgress && !error.IsRetriable())
        {
            Fail(error);
            return;
        }

        BeginJoin();
        bool isAtOnce = error.IsMembershipLost() || error == ErrorCode.RebalanceInProgress;
        if (!isAtOnce) _retryAt = now + backoff.Next();
    }

    /// <summary>What an answer says of a member that has its generation.</summary>
    private void Judge(ErrorCode error, TimeSpan now)
    {
        if (error.IsCoordinatorLost()) coordinator.Lose(now);
        else if (error.IsMembershipLost())
        {
            Forget(error);
            BeginJoin();
        }
        else if (error == ErrorCode.RebalanceInProgress)
        {
            if (State == Stable) Rejoin("the group is rebalancing");
        }
        else if (error != ErrorCode.None && !error.IsRetriable())
        {
            Fail(error);
        }
    }

    /// <summary>The coordinator has given this member's partitions to others.</summary>
    private void Forget(ErrorCode error)
    {
        Self = new GroupIdentity(
            settings.GroupId, settings.InstanceId, error == ErrorCode.UnknownMemberId ? "" : Self.MemberId);
        Lose();
    }

    private void Lose()
    {
        IReadOnlyList<TopicPartition> lost = _partitions.TakeAll();
        if (lost.Count > 0) _effects.Add(new MembershipEffect.Lose(lost));
    }

    private void Fail(ErrorCode error) => Fail(error, $"Group {settings.GroupId} refuses this consumer: {error}.");

    private void Fail(ErrorCode error, string message)
    {
        Lose();
        Self = new GroupIdentity(settings.GroupId, settings.InstanceId);
        State = Failed;
        _effects.Add(new MembershipEffect.Fail(error, message));
    }

    /// <summary>At once where this member stands still; otherwise when it has got its assignment.</summary>
    private void Rejoin(string reason)
    {
        _rejoinReason = reason;
        if (State != Stable) return;
        if (settings.IsCooperative || Assigned.Count == 0) BeginJoin();
        else BeginRevocation(Assigned);
    }

    private void BeginRevocation(IReadOnlyList<TopicPartition> partitions)
    {
        _underWay = null;
        State = Revoking;
        _effects.Add(_partitions.Revoke(partitions));
    }

    /// <summary>Joins, or joins again; one that has unsubscribed meanwhile leaves instead.</summary>
    private void BeginJoin()
    {
        if (_leavesAfterRevocation)
        {
            BecomeIdle("the consumer has unsubscribed");
            return;
        }

        State = Joining;
        _underWay = null;
        _heartbeat = null;
        _retryAt = TimeSpan.Zero;
    }

    private void BecomeIdle(string reason)
    {
        SendLeave(reason);
        _partitions.TakeAll();
        _leavesAfterRevocation = false;
        State = Idle;
    }

    private List<MembershipEffect> Advance(TimeSpan now)
    {
        if (NeedsCoordinator && now - _readAt >= settings.RebalanceTimeout) Suspend();
        GuardAssignor(() =>
        {
            if (State == Assigning && _role.TryDecide()) State = Syncing;
            if (NeedsCoordinator && coordinator.Node is not null) SendWhatIsDue(now);
        });
        return TakeEffects();
    }

    /// <summary>An assignor may be the application's: when it fails, this member's subscription does.</summary>
    private void GuardAssignor(Action step)
    {
        try
        {
            step();
        }
        catch (KafkaException fault)
        {
            // The others need not wait for its session to end.
            SendLeave(fault.Message);
            Fail(fault.Error, fault.Message);
        }
    }

    private void SendWhatIsDue(TimeSpan now)
    {
        if (_underWay is null && State == Joining && _retryAt <= now)
        {
            _underWay = Send(_requests.Join(Self, Subscription, Assigned, _rejoinReason));
            _rejoinReason = null;
        }

        if (_underWay is null && State == Syncing)
            _underWay = Send(_requests.Sync(Self, _role.Protocol, _role.Decision));
        if (!Heartbeats || _heartbeat is not null || _heartbeatAt > now) return;
        _heartbeat = Send(_requests.Heartbeat(Self));
        _heartbeatAt = now + settings.HeartbeatInterval;
    }

    private void Suspend()
    {
        SendLeave("the consumer's reader stands still");
        Lose();
        State = Suspended;
    }

    private void SendLeave(string reason)
    {
        if (coordinator.Node is not null && ClassicGroupRequests.Leave(Self, reason) is { } request)
            Send(_requests.Call(request));
        Self = new GroupIdentity(settings.GroupId, settings.InstanceId);
        (_underWay, _heartbeat) = (null, null);
        _role.End();
    }

    private MembershipCall Send(MembershipCall call)
    {
        _effects.Add(new MembershipEffect.Send(call));
        return call;
    }

    private List<MembershipEffect> TakeEffects()
    {
        List<MembershipEffect> effects = _effects;
        _effects = [];
        return effects;
    }
}
