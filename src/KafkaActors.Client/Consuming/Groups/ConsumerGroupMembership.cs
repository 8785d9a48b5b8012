using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Consuming.Groups.ConsumerMemberState;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// A membership in a group of the consumer protocol (KIP-848, KIP-1082): the coordinator assigns, each member comes to
/// its assignment by its own heartbeats, one of which is under way at a time.
/// <code>
/// Unsubscribed   -> Joining         subscribed
/// Joining        -> Reconciling     the coordinator has answered with an assignment
/// Reconciling    -> Reconciling     the reader lets go of partitions, or a topic's name is not known yet
/// Reconciling    -> Acknowledging   the reader has what was assigned
/// Acknowledging  -> Stable          the heartbeat that says so is on its way
/// Acknowledging, Stable -> Reconciling   an answer brings another assignment
/// a member       -> Joining         fenced: what it had is lost
/// a member       -> PrepareLeaving  unsubscribed, with partitions that the reader has to let go of
/// PrepareLeaving -> Unsubscribed    the reader has let go, or the member was fenced
/// PrepareLeaving -> Joining         the same, after another subscription
/// a member       -> Unsubscribed    unsubscribed without partitions, or closed
/// a member       -> Stale           the reader has stood still for max.poll.interval.ms: it leaves
/// Stale          -> Joining         the reader goes on
/// a member       -> Fatal           refused for good
/// Stale, Fatal   -> Unsubscribed, Joining   unsubscribed, subscribed again
/// </code>
/// </summary>
/// <param name="memberId">The process chooses it, and keeps it whatever happens.</param>
internal sealed class ConsumerGroupMembership(
    GroupMemberSettings settings, string memberId, CoordinatorLookup coordinator, Backoff backoff) : IGroupMembership
{
    /// <summary>Whatever a coordinator says, its members do not do nothing but heartbeat.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(10);

    private const string NoConsumerProtocol = "group.protocol=consumer, which Apache Kafka has from 4.0 on, cannot be "
        + "used with this cluster: set group.protocol=classic, or upgrade it";

    private readonly ConsumerHeartbeats _heartbeats = new(settings, memberId);
    private readonly ConsumerReconciliation _reconciliation = new();
    private List<MembershipEffect> _effects = [];
    private SubscribedTopics _topics = SubscribedTopics.None;
    private IReadOnlyCollection<TopicId> _namesAsked = [];
    private MembershipCall? _heartbeat;
    private int _epoch = ConsumerHeartbeats.JoinEpoch;
    private TimeSpan _interval;
    private TimeSpan _heartbeatAt;
    private TimeSpan _retryAt;
    private TimeSpan _readAt;
    private bool _owesOwned;
    private bool _hasJoined;
    private bool _joinsAfterLeaving;

    public ConsumerMemberState State { get; private set; }

    public string MemberId => memberId;

    public GroupIdentity Self => _epoch > ConsumerHeartbeats.JoinEpoch
        ? new GroupIdentity(settings.GroupId, settings.InstanceId, memberId, _epoch, IsOfConsumerProtocol: true)
        : new GroupIdentity(settings.GroupId, settings.InstanceId);

    public bool NeedsCoordinator => State is not (Unsubscribed or Stale or Fatal);

    public IRequestMessage? LastWill => _hasJoined ? _heartbeats.Leave() : null;

    public TimeSpan? NextDeadline
    {
        get
        {
            if (!NeedsCoordinator) return null;
            TimeSpan next = _readAt + settings.RebalanceTimeout;
            if (_heartbeat is null && HeartbeatAt < next) next = HeartbeatAt;
            return next;
        }
    }

    private TimeSpan HeartbeatAt
    {
        get
        {
            bool isAtOnce = State == Joining || _owesOwned || _heartbeats.Owes(_topics);
            return isAtOnce || _heartbeatAt < _retryAt ? _retryAt : _heartbeatAt;
        }
    }

    public IReadOnlyList<MembershipEffect> Subscribe(SubscribedTopics topics, TimeSpan now)
    {
        _topics = topics;
        if (State == PrepareLeaving) _joinsAfterLeaving = true;
        else if (!NeedsCoordinator) Join();
        if (!_hasJoined) _readAt = now;
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Unsubscribe(TimeSpan now)
    {
        _joinsAfterLeaving = false;
        if (State == PrepareLeaving) return [];
        if (!NeedsCoordinator || _reconciliation.RevokeAll() is not { } revoke) return Leave("unsubscribed");
        State = PrepareLeaving;
        _effects.Add(revoke);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Leave(string reason)
    {
        SendLeave();
        _reconciliation.TakeAll();
        State = Unsubscribed;
        return TakeEffects();
    }

    public IReadOnlyList<MembershipEffect> Learn(KnownTopics topics, TimeSpan now)
    {
        _reconciliation.Learn(topics.Names);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Revoked(int id, TimeSpan now)
    {
        if (!_reconciliation.TryEndRevocation(id)) return [];
        if (State == PrepareLeaving) EndLeaving(now);
        else NoteOwned();
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Read(TimeSpan now)
    {
        _readAt = now;
        if (State == Stale) Join();
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Tick(TimeSpan now) => Advance(now);

    public IReadOnlyList<MembershipEffect> Answered(MembershipCall call, IResponseMessage response, TimeSpan now)
    {
        if (!Settle(call)) return [];
        var answer = (ConsumerGroupHeartbeatResponse)response;
        if (answer.ErrorCode == ErrorCode.None) Take(answer, now);
        else Judge(answer.ErrorCode, answer.ErrorMessage, now);
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Unanswered(
        MembershipCall call, ErrorCode error, string? message, TimeSpan now)
    {
        if (!Settle(call)) return [];
        Judge(error, message, now);
        return Advance(now);
    }

    /// <summary>A heartbeat finds out what has become of this member.</summary>
    public IReadOnlyList<MembershipEffect> Told(ErrorCode error, TimeSpan now)
    {
        bool concernsIt = error is ErrorCode.UnknownMemberId or ErrorCode.FencedMemberEpoch
            or ErrorCode.StaleMemberEpoch or ErrorCode.FencedInstanceId;
        if (concernsIt) _heartbeatAt = now;
        return Advance(now);
    }

    public IReadOnlyList<MembershipEffect> Refuse(ErrorCode error)
    {
        Fail(error, $"Group {settings.GroupId} refuses this consumer: {error}.");
        return TakeEffects();
    }

    private bool Settle(MembershipCall call)
    {
        if (call != _heartbeat) return false;
        _heartbeat = null;
        return true;
    }

    private void Take(ConsumerGroupHeartbeatResponse answer, TimeSpan now)
    {
        backoff.Reset();
        _epoch = answer.MemberEpoch;
        var interval = TimeSpan.FromMilliseconds(answer.HeartbeatIntervalMs);
        _interval = interval > LeastInterval ? interval : LeastInterval;
        _heartbeatAt = now + _interval;
        if (State == PrepareLeaving) return;
        // Who joins is told what it has; no word about it is an assignment without partitions.
        if (answer.Assignment is null && State != Joining) return;
        if (_reconciliation.Aim(answer.Assignment?.TopicPartitions ?? [])) State = Reconciling;
    }

    /// <summary>What the coordinator answered instead, or what became of the request.</summary>
    private void Judge(ErrorCode error, string? message, TimeSpan now)
    {
        _heartbeats.Forget();
        _heartbeatAt = now;
        if (error is ErrorCode.FencedMemberEpoch or ErrorCode.UnknownMemberId) Fence(now);
        else if (error.IsCoordinatorLost()) coordinator.Lose(now);
        else if (error.IsRetriable()) _retryAt = now + backoff.Next();
        else if (error == ErrorCode.UnsupportedVersion) Fail(error, $"{NoConsumerProtocol}{Because(message)}.");
        else Fail(error, $"Group {settings.GroupId} refuses this consumer: {error}{Because(message)}.");
    }

    /// <summary>The coordinator has taken this member for dead, and may have given its partitions to others.</summary>
    private void Fence(TimeSpan now)
    {
        bool wasJoining = State == Joining;
        Lose();
        _hasJoined = false;
        if (State == PrepareLeaving && !_joinsAfterLeaving) State = Unsubscribed;
        else Join();
        if (wasJoining) _retryAt = now + backoff.Next();
    }

    private void Join()
    {
        State = Joining;
        _joinsAfterLeaving = false;
        _epoch = ConsumerHeartbeats.JoinEpoch;
        (_heartbeat, _owesOwned, _retryAt) = (null, false, TimeSpan.Zero);
    }

    private void EndLeaving(TimeSpan now)
    {
        bool joins = _joinsAfterLeaving;
        SendLeave();
        _reconciliation.TakeAll();
        State = Unsubscribed;
        if (!joins) return;
        _readAt = now;
        Join();
    }

    /// <summary>The next heartbeat says what this member has.</summary>
    private void NoteOwned()
    {
        _owesOwned = true;
        _heartbeats.OwnedChanged();
    }

    private List<MembershipEffect> Advance(TimeSpan now)
    {
        if (NeedsCoordinator && now - _readAt >= settings.RebalanceTimeout) StandStill();
        if (State == Reconciling) Reconcile();
        bool isTold = !AsksForNames();
        if (isTold && NeedsCoordinator && coordinator.Node is not null) Beat(now);
        return TakeEffects();
    }

    private void Reconcile()
    {
        if (_reconciliation.Next() is { } step)
        {
            _effects.Add(step);
            if (step is MembershipEffect.Assign) NoteOwned();
        }

        if (_reconciliation.IsDone) State = Acknowledging;
    }

    /// <summary>What is known of the topics asked for now comes at once: nothing is said before.</summary>
    private bool AsksForNames()
    {
        if (_namesAsked.SequenceEqual(_reconciliation.Unnamed)) return false;
        _namesAsked = _reconciliation.Unnamed;
        _effects.Add(new MembershipEffect.NameTopics(_namesAsked));
        return true;
    }

    private void Beat(TimeSpan now)
    {
        if (_heartbeat is not null || HeartbeatAt > now) return;
        _heartbeat = Send(_heartbeats.Next(_epoch, _topics, _reconciliation.Owned));
        _heartbeatAt = now + _interval;
        (_hasJoined, _owesOwned) = (true, false);
        if (State == Acknowledging) State = Stable;
    }

    private void StandStill()
    {
        bool wasLeaving = State == PrepareLeaving && !_joinsAfterLeaving;
        SendLeave();
        Lose();
        State = wasLeaving ? Unsubscribed : Stale;
    }

    private void SendLeave()
    {
        if (_hasJoined && coordinator.Node is not null) Send(_heartbeats.Leave());
        _hasJoined = false;
        _epoch = ConsumerHeartbeats.JoinEpoch;
        _heartbeat = null;
    }

    private void Lose()
    {
        IReadOnlyList<TopicPartition> lost = _reconciliation.TakeAll();
        if (lost.Count > 0) _effects.Add(new MembershipEffect.Lose(lost));
    }

    private void Fail(ErrorCode error, string message)
    {
        Lose();
        _hasJoined = false;
        _epoch = ConsumerHeartbeats.JoinEpoch;
        _heartbeat = null;
        State = Fatal;
        _effects.Add(new MembershipEffect.Fail(error, message));
    }

    private MembershipCall Send(ConsumerGroupHeartbeatRequest request)
    {
        var call = new MembershipCall(request, settings.RequestTimeout);
        _effects.Add(new MembershipEffect.Send(call));
        return call;
    }

    private static string Because(string? message) =>
        string.IsNullOrWhiteSpace(message) ? "" : $": {message.TrimEnd('.')}";

    private List<MembershipEffect> TakeEffects()
    {
        List<MembershipEffect> effects = _effects;
        _effects = [];
        return effects;
    }
}
