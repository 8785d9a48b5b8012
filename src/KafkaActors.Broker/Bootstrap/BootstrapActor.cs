using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Bootstrap;
using static KafkaActors.Broker.Bootstrap.BootstrapProtocol;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>
/// <c>/user/kafka-actors-bootstrap</c>: a node's side of the conversation before membership, for the life of the
/// system. It asks others until its <see cref="BootstrapCore"/> has decided, takes the node into the cluster, and
/// answers others ever after. Every message of another node is received here and nowhere else.
/// A member that sees no majority of the voters goes on asking those who are not in its cluster: when they are in one
/// that has it, this node is on an island, and stops.
/// </summary>
internal sealed class BootstrapActor : UntypedActor, IWithTimers
{
    public const string Name = "kafka-actors-bootstrap";

    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IslandInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly BootstrapServices _services;
    private readonly BootstrapCore _core;
    private readonly IslandWatch _island;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ClusterSight _sight = new(Context.System);
    private readonly SortedDictionary<long, TimeSpan> _asked = [];
    private readonly long _began;
    private long _questions;
    private TimeSpan _nextReport = FirstReport;
    private bool _mayEnter;
    private Address? _joining;

    public BootstrapActor(BootstrapServices services)
    {
        _services = services;
        _core = new BootstrapCore(services.Settings);
        _island = new IslandWatch(_sight);
        _began = services.Clock.GetTimestamp();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _services.Clock.GetElapsedTime(_began);

    private bool IsUp => _core.Place == NodePlace.InCluster;

    protected override void PreStart()
    {
        IActorRef self = Self;
        _cluster.RegisterOnMemberUp(() => self.Tell(Up.Instance));
        if (_services.Mode == BootstrapMode.Asking) OnTick();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ask ask: OnAsk(ask); break;
            case Answer answer: OnAnswer(answer); break;
            case Enter: OnEnter(); break;
            case Known known: OnKnown(known); break;
            case Up: OnUp(); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void OnAsk(Ask ask)
    {
        Look();
        Sender.Tell(new Answer(ask.Question, _core.OnAsk(ask.From, Now)));
    }

    private void OnAnswer(Answer answer)
    {
        if (!_asked.TryGetValue(answer.Question, out TimeSpan askedAt)) return;
        _core.OnAnswer(answer.From, askedAt);
        if (IsUp) WatchIsland(answer.From);
        else Advance();
    }

    private void OnTick()
    {
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, IsUp ? IslandInterval : AskInterval);
        if (IsUp)
        {
            AskOthers(_core.Addresses.Where(address => !_sight.IsMember(address)));
            return;
        }

        if (Now > _services.JoinTimeout) Fail(new NodeStartException(LateReason()));
        if (Now >= _nextReport) Report();
        AskOthers(_core.Addresses);
        Advance();
    }

    // A question is older than any limit before it is forgotten.
    private void AskOthers(IEnumerable<string> addresses)
    {
        TimeSpan now = Now;
        _asked.Add(++_questions, now);
        while (_asked.First() is { Value: var askedAt, Key: var question } && now - askedAt > 2 * IslandInterval)
            _asked.Remove(question);
        Look();
        var ask = new Ask(_questions, _core.Standing(now));
        foreach (string address in addresses)
            Context.ActorSelection($"{address}/user/{Name}").Tell(ask);
    }

    // What changes without a message here.
    private void Look() => _core.Know(standing => standing with { SeesVoterMajority = _sight.SeesVoterMajority });

    private void Advance()
    {
        if (_joining is null) Judge();
        else if (!_sight.IsMember(_core.Target) && _core.HasLostTarget(Now)) TurnAround();
        if (_mayEnter && _joining is null && _core.IsTargetReady(Now)) Join(Address.Parse(_core.Target));
    }

    private void Judge()
    {
        if (_core.HasLostTarget(Now)) TurnAround();
        BootstrapDecision decision = _core.Decide(Now);
        switch (decision)
        {
            case BootstrapDecision.Wait: return;
            case BootstrapDecision.Refuse refuse: Fail(new NodeStartException(refuse.Reason)); break;
            case BootstrapDecision.Form when _mayEnter: Join(_cluster.SelfAddress); break;
        }

        Record(decision);
        _services.Decided.TrySetResult(decision);
    }

    private void Record(BootstrapDecision decision)
    {
        if (decision.Cause is not { } cause) return;
        _services.Causes.Record(cause, _services.Clock.GetUtcNow());
        _log.Info("{0}", cause);
    }

    // Akka drops the join that is under way as soon as it is told another.
    private void TurnAround()
    {
        _log.Warning("The cluster that node {0} was to join is silent: it looks again.", _services.Settings.Self.Node);
        _joining = null;
    }

    private void OnEnter()
    {
        _mayEnter = true;
        if (_core.Place == NodePlace.Forming) Join(_cluster.SelfAddress);
        else Advance();
    }

    private void Join(Address address)
    {
        _joining = address;
        _cluster.Join(address);
    }

    private void OnUp()
    {
        _core.Entered();
        _services.Up.TrySetResult();
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, IslandInterval);
    }

    private void OnKnown(Known known)
    {
        _core.Know(standing => standing with { ClusterId = known.ClusterId, InitialVoters = [] });
        _core.AlsoAsk(known.VoterAddresses);
    }

    private void WatchIsland(NodeStanding other)
    {
        if (!_island.Ends(other, _core.ClusterId)) return;
        string reason = $"it is on an island: node {other.Node} at {other.Address} is in a cluster that reaches a "
            + "majority of the voters, and this node is not; started again, it joins that";
        _log.Error("This node stops: {0}", reason);
        _services.OnFatal(reason);
    }

    private void Report()
    {
        _nextReport = Now + ReportInterval;
        if (_services.Mode != BootstrapMode.Asking || _core.Place != NodePlace.Asking) return;
        _log.Warning(
            "Node {0} waits for its cluster: {1}.",
            _services.Settings.Self.Node, string.Join("; ", _core.Awaited(Now)));
    }

    private string LateReason()
    {
        string waited = BootstrapText.Seconds(_services.JoinTimeout);
        return _core.Place == NodePlace.Asking
            ? $"this node found no cluster within {waited}: {string.Join("; ", _core.Awaited(Now))} "
                + "(kafka-actors.cluster.seeds; a node answers only to the name that its ready line shows)"
            : $"this node did not come up in its cluster within {waited} (kafka-actors.cluster.join.timeout.ms)";
    }

    private void Fail(NodeStartException cause)
    {
        Timers.Cancel(Tick.Instance);
        _services.Decided.TrySetException(cause);
        _services.Up.TrySetException(cause);
    }

    private sealed record Up : INoSerializationVerificationNeeded
    {
        public static Up Instance { get; } = new();
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
