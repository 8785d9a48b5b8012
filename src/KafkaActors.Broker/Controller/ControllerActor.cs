using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The cluster's controller, a singleton among the voters. It decides on the newest image, committed or not, proposes
/// the events, and answers once they are committed; a decision without events is answered once what it was read from is
/// committed. So a controller that was replaced and does not know it yet answers nothing. It follows the cluster's
/// membership: a broker that has gone or cannot be reached is fenced, and what it led gets other leaders.
/// <code>
/// Gaining (asks for promises, adopts, commits an entry of its epoch) -> Serving -> Gaining (somebody else was
/// promised)
/// Serving -> the node leaves (no majority of other voters for controller.quorum.loss.timeout.ms)
/// </code>
/// Time is counted in ticks, each begun when the one before has been handled: what this node sleeps through is one tick
/// at most. While the disk of its own voter is the one that is waited for, it decides nothing more, and refuses.
/// </summary>
internal sealed class ControllerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly ControllerServices _services;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IgnoredConfigWarnings _ignored = new(Context.GetLogger());
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly FragmentedDelivery _delivery = new(Context.System);
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly ClusterNodes _nodes = new();
    private readonly Random _random;
    private readonly CommittedFeed _feed;
    private ControllerQuorum _quorum;
    private ControllerDecisions<Waiting> _decisions;
    private MetadataOffset _feedFrom;
    private long _ticks;

    public ControllerActor(ControllerServices services)
    {
        _services = services;
        _random = new Random(services.RandomSeed);
        _feed = new CommittedFeed(_delivery, Self, services.Clock);
        _quorum = NewQuorum();
        _decisions = new ControllerDecisions<Waiting>(_quorum);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsServing => _quorum.Phase == QuorumPhase.Serving;

    private long TicksOfPatience => (long)(_services.Settings.QuorumLossTimeout / TickInterval);

    /// <summary>Whether what was decided long ago is not committed yet.</summary>
    private bool IsStuck => _decisions.IsWaitingLonger(_ticks, TicksOfPatience);

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.InitialStateAsSnapshot,
            typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        AwaitTick();
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        RefuseWaiting("The controller has moved.");
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Request request: Decide(request); break;
            case ControllerProtocol.Follow follow: OnFollow(follow); break;
            case QuorumProtocol.IReply reply: Carry(_quorum.Handle(reply)); break;
            case Fragment fragment: OnFragment(fragment); break;
            case ClusterEvent.CurrentClusterState state: OnMembers(state); break;
            case ClusterEvent.IClusterDomainEvent change: OnMember(change); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private ControllerQuorum NewQuorum() => new(new ControllerQuorumSettings(
        _services.Self.Node,
        Guid.NewGuid(),
        _services.InitialVoters,
        _services.ClusterId.Length > 0 ? _services.ClusterId : new TopicId(Guid.NewGuid()).ToString(),
        _services.Settings.MaxEntriesBetweenSnapshots)
    {
        Window = TicksOfPatience,
    });

    private void OnFragment(Fragment fragment)
    {
        if (_fragments.TryComplete(Sender, fragment, out object? whole)) OnReceive(whole);
    }

    private void OnMembers(ClusterEvent.CurrentClusterState state)
    {
        _nodes.Load(state);
        _quorum.Know(_nodes.Voters);
        Carry(_quorum.Start());
    }

    private void OnMember(ClusterEvent.IClusterDomainEvent change)
    {
        bool hasGone = _nodes.Handle(change);
        _quorum.Know(_nodes.Voters);
        if (hasGone && IsServing) Reconcile();
    }

    // Not periodic: after a pause, ticks that were missed would come in one burst, with no time for answers between.
    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TickInterval);

    private void OnTick()
    {
        AwaitTick();
        _ticks++;
        Carry(_quorum.Tick());
        if (_quorum.TicksWithoutMajority <= TicksOfPatience) return;
        if (_quorum.LostCluster is { } clusterId) GiveUp(
            $"the metadata log of cluster {clusterId} is gone from {_services.MetadataPath}; restore it, "
            + "or start with an empty data directory");
        else if (_quorum.Phase is QuorumPhase.Committing or QuorumPhase.Serving)
            GiveUp("the controller has no majority of the voters");
    }

    private void GiveUp(string reason)
    {
        Carry(_quorum.Resign(reason));
        _services.OnFatal(reason);
    }

    private void Carry(IReadOnlyList<QuorumEffect> effects)
    {
        foreach (QuorumEffect effect in effects)
            switch (effect)
            {
                case QuorumEffect.Send send: Send(send.To, send.Message); break;
                case QuorumEffect.Committed committed: OnCommitted(committed.Entries); break;
                case QuorumEffect.Serving serving: OnServing(serving.Epoch); break;
                case QuorumEffect.Resigned resigned: OnResigned(resigned.Reason); break;
                default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
            }
    }

    private void Send(NodeId node, QuorumProtocol.IRequest request)
    {
        Address? address = node == _services.Self.Node ? _cluster.SelfAddress : _nodes.AddressOf(node);
        if (address is null) return;
        // The singleton's keeper stands under its manager, and that under the guardian, whose voter has the same path
        // everywhere.
        ActorPath guardian = Self.Path.Parent.Parent.Parent;
        string path = $"{address}{guardian.ToStringWithoutAddress()}/{ControllerActors.VoterName}";
        _delivery.Tell(Context.ActorSelection(path), request, Self);
    }

    private void OnServing(int epoch)
    {
        _log.Info("Node {0} is the controller, epoch {1}.", _services.Self.Node, epoch);
        Reconcile();
        _feedFrom = _quorum.LastOffset;
    }

    private void OnCommitted(ImmutableArray<MetadataEntry> entries)
    {
        _feed.Push(entries);
        AnswerCommitted();
    }

    private void AnswerCommitted()
    {
        while (_decisions.TryTake(out Waiting? due, out MetadataOffset offset))
            _delivery.Tell(due.Asker, due.Answer(offset), Self);
    }

    private void OnResigned(string reason)
    {
        _log.Warning("Node {0} is no longer the controller: {1}", _services.Self.Node, reason);
        RefuseWaiting(reason);
        _quorum = NewQuorum();
        _decisions = new ControllerDecisions<Waiting>(_quorum);
        _quorum.Know(_nodes.Voters);
    }

    private void RefuseWaiting(string reason)
    {
        while (_decisions.TryAbandon(out Waiting? waiting))
            waiting.Asker.Tell(new ControllerProtocol.Refused(waiting.Id, ErrorCode.RequestTimedOut, reason));
    }

    // Nobody is shown what the last controller left before it is set right: a node that has just been started again
    // would take itself for the leader under an epoch of its former process.
    private void OnFollow(ControllerProtocol.Follow follow)
    {
        if (IsServing && _quorum.CommittedOffset >= _feedFrom) _feed.Follow(_quorum, Sender, follow.From);
    }

    private void Reconcile() => Propose(
        BrokerDecisions.Reconcile(_quorum.Image, IsAlive, _services.Policy));

    private bool IsAlive(BrokerImage broker) =>
        broker.Node == _services.Self.Node && _services.Incarnation != Guid.Empty
            ? broker.Incarnation == _services.Incarnation
            : _nodes.IsAlive(broker);

    private void Decide(ControllerProtocol.Request request)
    {
        if (!IsServing)
        {
            string message = $"Node {_services.Self.Node} does not serve as controller yet.";
            Refuse(request, ErrorCode.NotController, message);
            return;
        }

        if (IsStuck)
        {
            Refuse(
                request,
                ErrorCode.RequestTimedOut,
                "The metadata log's disk does not answer; nothing of this was done, ask again later.");
            return;
        }

        (IReadOnlyList<MetadataEvent> events, Func<MetadataOffset, ControllerProtocol.Reply> answer) =
            ControllerRequests.Decide(
                request, _quorum.Image, IsAlive, _services.Policy, _random, _services.Clock.GetUtcNow());
        _ignored.Note(events);
        if (_decisions.TryAdd(events, new Waiting(Sender, request.Id, answer), _ticks, out var effects))
            Carry(effects);
        else
            Refuse(request, ErrorCode.InvalidRequest, "The metadata log does not take this now; nothing was done.");
        AnswerCommitted();
    }

    private void Refuse(ControllerProtocol.Request request, ErrorCode error, string message) =>
        Sender.Tell(new ControllerProtocol.Refused(request.Id, error, message));

    private void Propose(IReadOnlyList<MetadataEvent> events)
    {
        if (events.Count > 0) Carry(_quorum.Propose([.. events], _quorum.LastOffset, out _));
    }

    private sealed record Waiting(IActorRef Asker, long Id, Func<MetadataOffset, ControllerProtocol.Reply> Answer);

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
