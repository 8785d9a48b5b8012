using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;
using KafkaActors.Broker.Causes;
using KafkaActors.Coordination.Causes;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Feeds a <see cref="DowningCore"/> with what the cluster, the connections and the other nodes tell, and carries out
/// what it decides. It answers other nodes as soon as the ActorSystem runs, whether this node is a member or not.
/// A tick begins when the one before has been handled: what this node sleeps through is one, and a late one.
/// A child of the cluster's own daemon, on the control dispatcher, under the same path everywhere.
/// </summary>
internal sealed class DowningActor : UntypedActor, IWithTimers
{
    private const int TicksOfStability = 6;

    private static readonly TimeSpan HurryInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>A port that is closed for a moment only, as while a process starts, is open again by then.</summary>
    private static readonly TimeSpan SecondKnockAfter = TimeSpan.FromMilliseconds(200);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly SeenMembers _members = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CauseRing _causes = DecisionCauses.Of(Context.System).Ring;
    private readonly LostMembers _lost = LostMembers.Of(Context.System);
    private readonly CommittedVoters _voters;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _tickInterval;
    private readonly TimeSpan _lateness;
    private readonly DowningCore _core;
    private long _tickDue;
    private bool _isEnding;

    public DowningActor(NodeId node, CommittedVoters voters, TimeSpan stableAfter, TimeProvider clock)
    {
        _voters = voters;
        _clock = clock;
        _tickInterval = stableAfter / TicksOfStability;
        _lateness = stableAfter / 2;
        UniqueAddress self = _cluster.SelfUniqueAddress;
        _core = new DowningCore(new Peer(node, self.Address.ToString(), self.Uid), TicksOfStability);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private KnownVoters Known => new(_voters.Current, _voters.Self);

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IReachabilityEvent),
            typeof(ClusterEvent.IMemberEvent));
        EventStream events = Context.System.EventStream;
        events.Subscribe(Self, typeof(DisassociatedEvent));
        events.Subscribe(Self, typeof(AssociationErrorEvent));
        events.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReachabilityProtocol.Question question: Carry(_core.OnQuestion(question, Known)); break;
            case ReachabilityProtocol.Answer answer: Carry(_core.OnAnswer(answer, Known)); break;
            case ClusterEvent.IClusterDomainEvent change: Follow(change); break;
            case AssociationEvent broken: Carry(_core.OnBroken($"{broken.RemoteAddress}")); break;
            case ThisActorSystemQuarantinedEvent by: OnQuarantinedBy(by.RemoteAddress); break;
            case Knocked knocked: Carry(_core.OnKnocked(knocked.Peer, knocked.IsRefused, Known)); break;
            case KnockAgain again: Knock(again.Peer); break;
            case Hurry: Carry(_core.OnHurry(Known)); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }

        AwaitNext();
    }

    private void Follow(ClusterEvent.IClusterDomainEvent change)
    {
        _members.Apply(change);
        Carry(_core.OnMembers(_members.All()));
        if (change is ClusterEvent.MemberDowned downed && downed.Member.UniqueAddress != _cluster.SelfUniqueAddress)
            OnLost(SeenMembers.PeerOf(downed.Member));
    }

    private void OnLost(Peer peer)
    {
        _lost.Add(peer);
        Publish(new MemberLost(peer, _core.LiveVoters(Known)));
    }

    private static void Publish(object news) => Context.System.EventStream.Publish(news);

    private void OnQuarantinedBy(Address address)
    {
        _log.Warning("{0} has quarantined this node.", address);
        Carry(_core.OnQuarantinedBy(address.ToString(), Known));
    }

    private void OnTick()
    {
        bool isLate = _clock.GetElapsedTime(_tickDue) > _lateness;
        Carry(_core.OnTick(Known, isLate));
    }

    private void AwaitNext()
    {
        if (_core.IsAwake && !Timers.IsTimerActive(Tick.Instance))
        {
            _tickDue = _clock.GetTimestamp() + (long)(_tickInterval.TotalSeconds * _clock.TimestampFrequency);
            Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _tickInterval);
        }

        if (_core.IsInHurry && !Timers.IsTimerActive(Hurry.Instance))
            Timers.StartSingleTimer(Hurry.Instance, Hurry.Instance, HurryInterval);
    }

    private void Carry(IReadOnlyList<DowningEffect> effects)
    {
        foreach (DowningEffect effect in effects)
            switch (effect)
            {
                case DowningEffect.Ask ask: Ask(ask); break;
                case DowningEffect.Reply reply: Sender.Tell(reply.Answer, Self); break;
                case DowningEffect.Knock { IsSecond: false } knock: Knock(knock.Peer); break;
                case DowningEffect.Knock knock:
                    Timers.StartSingleTimer(knock.Peer, new KnockAgain(knock.Peer), SecondKnockAfter);
                    break;
                case DowningEffect.Down down: Down(down); break;
                case DowningEffect.DownSelf down: DownSelf(down); break;
                default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
            }
    }

    private void Ask(DowningEffect.Ask ask) =>
        Context.ActorSelection(ask.Address + Self.Path.ToStringWithoutAddress()).Tell(ask.Question, Self);

    private void Knock(Peer peer)
    {
        Address address = Address.Parse(peer.Address);
        ClosedPort.IsRefusedAsync(address.Host ?? "", address.Port ?? 0)
            .PipeTo(Self, success: isRefused => new Knocked(peer, isRefused));
    }

    // Downing only tells the cluster, which waits until its detector has seen the death, too: unless it is told that
    // the process is quarantined, as Akka.Remote says it.
    private void Down(DowningEffect.Down down)
    {
        _causes.Record(down.Cause, _clock.GetUtcNow());
        Peer peer = down.Peer;
        Address address = Address.Parse(peer.Address);
        _log.Warning(
            "{0} of {1} voters {2} {3} at {4}: it is downed.",
            down.Says,
            down.Voters.Voters.Length,
            down.IsConfirmed ? "were refused twice by node" : "have not heard node",
            peer.Node,
            peer.Address);
        if (down.IsConfirmed) Publish(new QuarantinedEvent(address, peer.Uid));
        _cluster.Down(address);
    }

    private void DownSelf(DowningEffect.DownSelf down)
    {
        if (_isEnding) return;
        _isEnding = true;
        _causes.Record(down.Cause, _clock.GetUtcNow());
        string reason = down.Reason switch
        {
            SelfDowning.Removed => $"{down.Counted} of {down.Voters?.Voters.Length} voters say that the cluster has "
                + "removed this process; it joins anew when it is started again",
            SelfDowning.NoMajority => $"it hears {down.Counted} of {down.Voters?.Voters.Length} voters, no majority",
            _ => "it cannot reach other nodes, and does not know the voters",
        };
        _log.Warning("This node downs itself: {0}.", reason);
        Publish(new NodeMustEnd(reason));
        _cluster.Down(_cluster.SelfAddress);
    }

    private sealed record Knocked(Peer Peer, bool IsRefused) : INoSerializationVerificationNeeded;

    private sealed record KnockAgain(Peer Peer) : INoSerializationVerificationNeeded;

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record Hurry : INoSerializationVerificationNeeded
    {
        public static Hurry Instance { get; } = new();
    }
}
