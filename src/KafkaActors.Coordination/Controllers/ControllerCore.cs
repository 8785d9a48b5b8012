using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// The cluster's controller. It decides on the newest image, committed or not, proposes the events, and answers once
/// they are committed; a decision without events is answered once what it was read from is, and a majority of the
/// voters has said since that it still follows (<see cref="ControllerDecisions{TAnswer}"/>). It judges which brokers
/// live by their heartbeats (<see cref="BrokerSessions"/>): one that does not is fenced, and what it led gets other
/// leaders; and it feeds what is committed to whoever it has heard.
/// <code>
/// Gaining (asks for promises, adopts, commits an entry of its epoch) -> Serving -> Gaining (somebody else was
/// promised)
/// Serving -> its node leaves (no majority of other voters for controller.quorum.loss.timeout.ms)
/// </code>
/// Time is counted in ticks: what its node sleeps through is one tick at most. While the disk of its own voter is the
/// one that is waited for, it decides nothing more, and refuses. Pure: inputs give effects, which the owner has carried
/// out, in order, before it hands in the next input. Times are those of the owner's monotonic clock.
/// </summary>
/// <typeparam name="TPeer">Who asks and who follows, as the owner knows them.</typeparam>
public sealed class ControllerCore<TPeer>
    where TPeer : notnull
{
    private readonly ControllerCoreSettings _settings;
    private readonly ControllerRules _rules;
    private readonly BrokerSessions _sessions;
    private readonly MetadataFeed<TPeer> _feed;
    private readonly HashSet<NodeId> _voters = [];
    private List<ControllerEffect<TPeer>> _effects = [];
    private ControllerQuorum _quorum;
    private ControllerDecisions<Waiting> _decisions;
    private VoterRequests<TPeer> _voterRequests;
    private MetadataOffset _feedFrom;
    private TimeSpan _now;
    private bool _wereAllHeard;
    private long _ticks;

    public ControllerCore(ControllerCoreSettings settings)
        : this(settings, ControllerRules.Correct)
    {
    }

    internal ControllerCore(ControllerCoreSettings settings, ControllerRules rules)
    {
        _settings = settings;
        _rules = rules;
        _sessions = new BrokerSessions(settings, rules);
        _feed = new MetadataFeed<TPeer>(settings.HeartbeatInterval);
        _quorum = NewQuorum();
        _decisions = new ControllerDecisions<Waiting>(_quorum, !_rules.AnswersUnconfirmed);
        _voterRequests = new VoterRequests<TPeer>(_quorum, settings.TickInterval);
    }

    public bool IsServing => _quorum.Phase == QuorumPhase.Serving;

    public ControllerQuorum Quorum => _quorum;

    /// <summary>Whether what was decided long ago is not committed yet.</summary>
    private bool IsStuck => _decisions.IsWaitingLonger(_ticks, _settings.TicksOfPatience);

    private bool IsFeeding => IsServing && _quorum.CommittedOffset >= _feedFrom;

    public IReadOnlyList<ControllerEffect<TPeer>> Start(TimeSpan now) => Run(now, () =>
    {
        _sessions.Tick(now);
        Carry(_quorum.Start());
    });

    /// <summary>Nodes that may be voters.</summary>
    public void Know(IEnumerable<NodeId> voters)
    {
        _voters.UnionWith(voters);
        _quorum.Know(_voters);
    }

    /// <summary>
    /// A <see cref="ControllerCoreSettings.TickInterval"/> has passed since the last tick was handled, or more.
    /// </summary>
    public IReadOnlyList<ControllerEffect<TPeer>> Tick(TimeSpan now) => Run(now, OnTick);

    public IReadOnlyList<ControllerEffect<TPeer>> Handle(QuorumProtocol.IReply reply, TimeSpan now) =>
        Run(now, () =>
        {
            Carry(_quorum.Handle(reply));
            AnswerDue();
        });

    /// <param name="wallClock">For what people read: when a topic was deleted.</param>
    public IReadOnlyList<ControllerEffect<TPeer>> Handle(
        ControllerProtocol.Request request, TPeer asker, TimeSpan now, DateTimeOffset wallClock) =>
        Run(now, () => OnRequest(request, asker, wallClock));

    public IReadOnlyList<ControllerEffect<TPeer>> Handle(
        ControllerProtocol.Heartbeat heartbeat, TPeer follower, TimeSpan now) =>
        Run(now, () => OnHeartbeat(heartbeat, follower));

    public IReadOnlyList<ControllerEffect<TPeer>> Handle(
        ControllerProtocol.Recall recall, TPeer asker, TimeSpan now) => Run(now, () => OnRecall(recall, asker));

    /// <summary>That process of the node is gone.</summary>
    public IReadOnlyList<ControllerEffect<TPeer>> ConfirmedDead(NodeId node, Guid incarnation, TimeSpan now) =>
        Run(now, () => EndSession(
            broker => broker.Node == node && broker.Incarnation == incarnation, SessionEnd.ConfirmedDead));

    /// <summary>The cluster has removed that process: a member is one start of an ActorSystem.</summary>
    /// <param name="akkaUid">Of the member, <c>UniqueAddress.Uid</c>.</param>
    public IReadOnlyList<ControllerEffect<TPeer>> MemberRemoved(
        NodeId node, string akkaAddress, int akkaUid, TimeSpan now) => Run(now, () => EndSession(
            broker => broker.Node == node && broker.AkkaAddress == akkaAddress
                && broker.AkkaUid is var uid && (uid == akkaUid || uid == 0),
            SessionEnd.Removed));

    /// <summary>The owner stops: whoever waits is told that the outcome is unknown.</summary>
    public IReadOnlyList<ControllerEffect<TPeer>> Stop(string reason, TimeSpan now) =>
        Run(now, () => RefuseWaiting(reason));

    private List<ControllerEffect<TPeer>> Run(TimeSpan now, Action step)
    {
        _now = now;
        _effects = [];
        step();
        return _effects;
    }

    private ControllerQuorum NewQuorum()
    {
        var settings = new ControllerQuorumSettings(
            _settings.Node, _settings.NewIncarnation(), _settings.InitialVoters, _settings.NewClusterId,
            _settings.MaxEntriesBetweenSnapshots)
        {
            Window = _settings.TicksOfPatience,
        };
        return new ControllerQuorum(settings, _rules.Quorum);
    }

    private void OnTick()
    {
        _ticks++;
        _sessions.Tick(_now);
        Carry(_quorum.Tick());
        if (IsServing)
        {
            FenceTheDead();
            DecideWhatWasLeftOpen();
            LeaveStalledDisks();
            ProposeGrants(_sessions.HeardAgain(_quorum.Image));
            Settle(_voterRequests.Continue(_ticks));
        }

        if (_quorum.LossAfter(_settings.TicksOfPatience) is { } loss) GiveUp(loss);
        else if (_quorum.TicksWithoutMajority > _settings.TicksOfPatience && _quorum.LostCluster is { } clusterId)
            GiveUp(
                $"the metadata log of cluster {clusterId} is gone from {_settings.MetadataPath}; restore it, "
                + "or start with an empty data directory");
    }

    private void GiveUp(string reason)
    {
        Carry(_quorum.Resign(reason));
        Add(new ControllerEffect<TPeer>.GiveUp(reason));
    }

    private void Carry(IReadOnlyList<QuorumEffect> effects)
    {
        foreach (QuorumEffect effect in effects)
            switch (effect)
            {
                case QuorumEffect.Send send: Add(new ControllerEffect<TPeer>.Ask(send.To, send.Message)); break;
                case QuorumEffect.Committed committed: OnCommitted(committed.Entries); break;
                case QuorumEffect.Serving serving: OnServing(serving.Epoch); break;
                case QuorumEffect.Resigned resigned: OnResigned(resigned.Reason); break;
                default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
            }
    }

    private void OnServing(int epoch)
    {
        Add(new ControllerEffect<TPeer>.Serving(epoch));
        _wereAllHeard = false;
        IReadOnlyList<MetadataEvent> granted = _sessions.Begin(_quorum.Image);
        Reconcile();
        ProposeGrants(granted);
        _feedFrom = _quorum.LastOffset;
        HearTheEarly();
    }

    private void OnCommitted(ImmutableArray<MetadataEntry> entries)
    {
        Add(new ControllerEffect<TPeer>.Committed(entries));
        if (IsFeeding)
        {
            var fed = new ControllerProtocol.Fed(entries);
            foreach (TPeer follower in _feed.Listeners(_now))
                Add(new ControllerEffect<TPeer>.Feed(follower, fed));
        }

        HearTheEarly();
    }

    private void HearTheEarly()
    {
        if (!IsFeeding) return;
        foreach ((TPeer follower, ControllerProtocol.Heartbeat heartbeat) in _feed.TakeEarly())
            OnHeartbeat(heartbeat, follower);
    }

    private void AnswerDue()
    {
        while (_decisions.TryTake(out Waiting? due, out MetadataOffset offset))
            Add(new ControllerEffect<TPeer>.Answer(due.Asker, due.Reply(offset)));
    }

    private void OnResigned(string reason)
    {
        Add(new ControllerEffect<TPeer>.Resigned(reason));
        RefuseWaiting(reason);
        _feed.Clear();
        _quorum = NewQuorum();
        _decisions = new ControllerDecisions<Waiting>(_quorum, !_rules.AnswersUnconfirmed);
        _voterRequests = new VoterRequests<TPeer>(_quorum, _settings.TickInterval);
        _quorum.Know(_voters);
    }

    private void RefuseWaiting(string reason)
    {
        while (_decisions.TryAbandon(out Waiting? waiting))
            Refuse(waiting.Asker, waiting.Id, ErrorCode.RequestTimedOut, Unknown(reason));
        Settle(_voterRequests.Abandon(reason));
    }

    // Nobody is shown what the last controller left before it is set right: a node that has just been started again
    // would take itself for the leader under an epoch of its former process.
    private void OnHeartbeat(ControllerProtocol.Heartbeat heartbeat, TPeer follower)
    {
        if (!IsFeeding) _feed.KeepForLater(heartbeat, follower);
        if (!IsServing) return;
        (ErrorCode error, string? message) = HeartbeatDecisions.Judge(_quorum.Image, heartbeat);
        bool isRegistered = _quorum.Image.Broker(heartbeat.Node)?.Incarnation == heartbeat.Incarnation;
        if (error == ErrorCode.None && isRegistered)
            _sessions.Hear(heartbeat.Node, heartbeat.Incarnation, _now, HeartbeatDecisions.LongestStall(heartbeat));
        var answered = new ControllerProtocol.HeartbeatAnswered(_quorum.Self.Epoch, error, message);
        Add(new ControllerEffect<TPeer>.Feed(follower, answered));
        if (error == ErrorCode.InconsistentClusterId || !IsFeeding) return;
        if (_feed.Follow(_quorum, follower, heartbeat.From, _now) is { } lacking)
            Add(new ControllerEffect<TPeer>.Feed(follower, lacking));
    }

    private void OnRequest(ControllerProtocol.Request request, TPeer asker, DateTimeOffset wallClock)
    {
        const string stuck = "The metadata log's disk does not answer; nothing of this was done.";
        (ErrorCode Error, string Message)? refusal =
            !IsServing ? (ErrorCode.NotController, $"Node {_settings.Node} does not serve yet. {_quorum.Obstacle}")
            : IsStuck ? (ErrorCode.RequestTimedOut, stuck)
            : null;
        if (refusal is { } why) Refuse(asker, request.Id, why.Error, why.Message);
        else if (_voterRequests.TryBegin(request, asker, _ticks, out VoterOutcome<TPeer>? outcome)) Settle(outcome);
        else Decide(request, asker, wallClock);
    }

    private void Decide(ControllerProtocol.Request request, TPeer asker, DateTimeOffset wallClock)
    {
        var context = new ControllerContext(_quorum.Image, _sessions.IsLive, _settings.Policy, _settings.Random)
        {
            IsHeard = _sessions.IsHeard,
            WallClock = wallClock,
            Rules = _rules.Decisions,
        };
        ControllerDecision decision = ControllerRequests.Decide(request, context);
        if (!TryPropose(decision, new Waiting(asker, request.Id, decision.Answer)))
            Refuse(
                asker, request.Id, ErrorCode.InvalidRequest,
                "The metadata log does not take this now; nothing was done.");
        else if (request is ControllerProtocol.RegisterBroker { Registration: var registration }
            && decision.Events.Count > 0)
            _sessions.Hear(registration.Node, registration.Incarnation, _now, stalled: TimeSpan.Zero);
    }

    private void Settle(VoterOutcome<TPeer>? outcome)
    {
        if (outcome is not { Decision: { } decision, Asker: { } asker }) return;
        if (outcome.IsImmediate)
            Add(new ControllerEffect<TPeer>.Answer(asker, decision.Answer(_quorum.CommittedOffset)));
        else if (!TryPropose(decision, new Waiting(asker, outcome.Id, decision.Answer)))
            Refuse(asker, outcome.Id, ErrorCode.InvalidRequest, "The voters may not change now.");
    }

    private bool TryPropose(ControllerDecision decision, Waiting waiting)
    {
        if (!_decisions.TryAdd(decision.Events, waiting, _ticks, out IReadOnlyList<QuorumEffect> effects)) return false;
        Tell(decision.Events, decision.Causes);
        Carry(effects);
        AnswerDue();
        return true;
    }

    private void OnRecall(ControllerProtocol.Recall recall, TPeer asker)
    {
        if (IsServing && !_voterRequests.IsUnderWay(asker, recall.Id)
            && !_decisions.Any(waiting => waiting.Id == recall.Id && waiting.Asker.Equals(asker)))
            Refuse(asker, recall.Id, ErrorCode.RequestTimedOut, Unknown("Another controller has taken over."));
    }

    private void EndSession(Func<BrokerImage, bool> isMeant, SessionEnd reason)
    {
        if (!IsServing || _quorum.Image.Brokers.Values.FirstOrDefault(isMeant) is not { } broker) return;
        if (_sessions.End(broker, reason)) FenceTheDead();
    }

    private void FenceTheDead()
    {
        if (_quorum.Image.Brokers.Values.Any(IsDead)) Reconcile();
    }

    // While somebody was taken for alive and not heard, nobody left an ISR for its sake.
    private void DecideWhatWasLeftOpen()
    {
        bool areAllHeard = _quorum.Image.Brokers.Values.All(broker => broker.IsFenced || _sessions.IsHeard(broker));
        if (areAllHeard && !_wereAllHeard) Reconcile();
        _wereAllHeard = areAllHeard;
    }

    private bool IsDead(BrokerImage broker) => !broker.IsFenced && !_sessions.IsLive(broker);

    private void Reconcile()
    {
        ImmutableArray<EndedSession> dead =
            [.. _quorum.Image.Brokers.Values.Where(IsDead).OrderBy(broker => broker.Node).Select(_sessions.EndOf)];
        if (!dead.IsEmpty) Add(new ControllerEffect<TPeer>.SessionsEnded(dead));
        if (_rules.FencesOneByOne)
            foreach (EndedSession one in dead)
                Propose(BrokerDecisions.Fence(_quorum.Image, one.Node, one.Epoch));
        Propose(BrokerDecisions.Reconcile(
            _quorum.Image, _sessions.IsLive, _settings.Policy, _sessions.IsHeard));
    }

    // A cluster that may not hold them yet has only just been formed: there is nobody to remember.
    private void ProposeGrants(IReadOnlyList<MetadataEvent> grants)
    {
        MetadataEvent[] due = [.. grants.OfType<MetadataEvent.BrokerSessionGranted>()
            .Where(grant => _quorum.Image.Broker(grant.Node) is { IsFenced: false })];
        if (MetadataVersion.Allows(_quorum.Image.MetadataVersion, due)) Propose(new Decision<int>(due, due.Length));
    }

    private void LeaveStalledDisks()
    {
        foreach (BrokerImage broker in _quorum.Image.Brokers.Values.OrderBy(broker => broker.Node))
            if (_sessions.HasStalled(broker))
                Propose(HeartbeatDecisions.LeaveStalled(_quorum.Image, broker, _sessions.IsLive));
    }

    private void Propose<TResult>(Decision<TResult> decision)
    {
        Tell(decision.Events, decision.Causes);
        if (decision.Events.Count > 0) Carry(_quorum.Propose([.. decision.Events], _quorum.LastOffset, out _));
    }

    private void Tell(IReadOnlyList<MetadataEvent> events, ImmutableArray<Cause> causes)
    {
        if (events.Count > 0 || !causes.IsEmpty) Add(new ControllerEffect<TPeer>.Decided(events, causes));
    }

    private void Refuse(TPeer asker, long id, ErrorCode error, string message) =>
        Add(new ControllerEffect<TPeer>.Answer(asker, new ControllerProtocol.Refused(id, error, message)));

    private void Add(ControllerEffect<TPeer> effect) => _effects.Add(effect);

    private static string Unknown(string reason) =>
        $"{reason} It is not known whether this was done; look before asking again.";

    private sealed record Waiting(TPeer Asker, long Id, Func<MetadataOffset, ControllerProtocol.Reply> Reply);
}
