using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Broker.Causes;
using KafkaActors.Broker.Downing;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using Effect = KafkaActors.Coordination.Controllers.ControllerEffect<Akka.Actor.IActorRef>;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The cluster's controller, a singleton among the voters, or its standby: owns a <see cref="ControllerCore{TPeer}"/>,
/// brings it what nodes say and what the cluster's membership says, and carries out what it decides. Ticks are not
/// periodic: each begins when the one before has been handled.
/// </summary>
internal sealed class ControllerActor : UntypedActor, IWithTimers
{
    private readonly ControllerServices _services;
    private readonly ControllerPost _post;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IgnoredConfigWarnings _ignored = new(Context.GetLogger());
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly FragmentedDelivery _delivery = new(Context.System);
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly ClusterNodes _nodes = new();
    private readonly CauseRing _causes = DecisionCauses.Of(Context.System).Ring;
    private readonly ControllerCoreSettings _settings;
    private readonly ControllerCore<IActorRef> _core;
    private readonly long _startedAt;
    private int _epoch;

    public ControllerActor(ControllerServices services, ControllerPost post)
    {
        _services = services;
        _post = post;
        _settings = services.ForCore();
        _core = new ControllerCore<IActorRef>(_settings);
        _startedAt = services.Clock.GetTimestamp();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The singleton that does not serve leaves it to a standby that does.</summary>
    private bool IsWaiting => !_post.IsStandby && !_core.IsServing && _post.Notice.IsServing;

    /// <summary>By a monotonic clock.</summary>
    private TimeSpan Now => _services.Clock.GetElapsedTime(_startedAt);

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        Context.System.EventStream.Subscribe(Self, typeof(MemberLost));
        AwaitTick();
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
        Carry(_core.Stop("The controller has moved.", Now));
        Announce(new StandbyProtocol.Ended(_epoch));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Request request:
                Carry(_core.Handle(request, Sender, Now, _services.Clock.GetUtcNow()));
                break;
            case ControllerProtocol.Heartbeat heartbeat: Carry(_core.Handle(heartbeat, Sender, Now)); break;
            case ControllerProtocol.Recall recall: Carry(_core.Handle(recall, Sender, Now)); break;
            case ControllerProtocol.ConfirmedDead dead:
                Carry(_core.ConfirmedDead(dead.Node, dead.Incarnation, Now));
                break;
            case MemberLost lost: OnLost(lost.Peer); break;
            case Served: OnServed(); break;
            case QuorumProtocol.IReply reply: Carry(_core.Handle(reply, Now)); break;
            case Fragment fragment: OnFragment(fragment); break;
            case ClusterEvent.CurrentClusterState state: OnMembers(state); break;
            case ClusterEvent.IMemberEvent change: OnMember(change); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void OnFragment(Fragment fragment)
    {
        if (_fragments.TryComplete(Sender, fragment, out object? whole)) OnReceive(whole);
    }

    private void OnMembers(ClusterEvent.CurrentClusterState state)
    {
        _nodes.Load(state);
        _core.Know(_nodes.Voters);
        if (!IsWaiting) Carry(_core.Start(Now));
    }

    private void OnMember(ClusterEvent.IMemberEvent change)
    {
        NodeId? node = _nodes.Handle(change);
        _core.Know(_nodes.Voters);
        if (node is { } removed && change is ClusterEvent.MemberRemoved)
        {
            UniqueAddress address = change.Member.UniqueAddress;
            Carry(_core.MemberRemoved(removed, address.Address.ToString(), address.Uid, Now));
        }
    }

    // A process is told by its uid; a broker of another one registered meanwhile is none of it.
    private void OnLost(Peer peer)
    {
        if (_core.Quorum.Image.Broker(peer.Node) is { } broker && broker.AkkaUid == peer.Uid)
            Carry(_core.ConfirmedDead(broker.Node, broker.Incarnation, Now));
    }

    // Who was lost before this controller served gets no session of it: least of all its predecessor's node.
    private void OnServed()
    {
        foreach (Peer peer in LostMembers.Of(Context.System).All()) OnLost(peer);
    }

    // Not periodic: after a pause, ticks that were missed would come in one burst, with no time for answers between.
    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _settings.TickInterval);

    private void OnTick()
    {
        AwaitTick();
        if (IsWaiting) return;
        Carry(_core.Tick(Now));
        if (_core.IsServing) Announce(new StandbyProtocol.Serves(_epoch));
    }

    private void Carry(IReadOnlyList<Effect> effects)
    {
        foreach (Effect effect in effects)
            switch (effect)
            {
                case Effect.Ask ask: Ask(ask.Voter, ask.Message); break;
                case Effect.Answer answer: _delivery.Tell(answer.Asker, answer.Reply, Self); break;
                case Effect.Feed feed: _delivery.Tell(feed.Follower, feed.Message, Self); break;
                case Effect.Committed: break;
                case Effect.Decided decided: OnDecided(decided); break;
                case Effect.SessionsEnded ended: Warn(ended); break;
                case Effect.Serving serving:
                    _log.Info("Node {0} is the controller, epoch {1}.", _services.Self.Node, serving.Epoch);
                    Self.Tell(Served.Instance);
                    _epoch = serving.Epoch;
                    Announce(new StandbyProtocol.Serves(_epoch));
                    break;
                case Effect.Resigned resigned:
                    _log.Warning("Node {0} is no longer the controller: {1}", _services.Self.Node, resigned.Reason);
                    if (_post.IsStandby) Context.Stop(Self);
                    break;
                case Effect.GiveUp giveUp: _services.OnFatal(giveUp.Reason); break;
                default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
            }
    }

    private void OnDecided(Effect.Decided decided)
    {
        _causes.Record(decided.Causes, _services.Clock.GetUtcNow());
        _ignored.Note(decided.Events);
    }

    private void Ask(NodeId node, QuorumProtocol.IRequest request)
    {
        Address? address = node == _services.Self.Node ? _cluster.SelfAddress : _nodes.AddressOf(node);
        if (address is null) return;
        _delivery.Tell(Context.ActorSelection(address + _post.VoterPath), request, Self);
    }

    // Nodes find the singleton by themselves.
    private void Announce(object word)
    {
        if (!_post.IsStandby || _epoch == 0) return;
        Context.Parent.Tell(word);
        foreach (Address address in _nodes.Addresses)
            Context.ActorSelection(address + _post.RoutePath).Tell(word, Self);
    }

    private void Warn(Effect.SessionsEnded ended)
    {
        foreach (EndedSession session in ended.Sessions)
            _log.Warning(
                "Broker {0} (epoch {1}) is fenced: {2}, {3}.", session.Node, session.Epoch.Value, session.Reason,
                session.Silence is { } silence
                    ? $"last heard {(long)silence.TotalMilliseconds} ms ago"
                    : "not heard by this controller");
    }

    private sealed record Served : INoSerializationVerificationNeeded
    {
        public static Served Instance { get; } = new();
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
