using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Broker.Causes;
using KafkaActors.Broker.Downing;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Starts a controller on this voter when the controller's node is lost, or is told to stop, and this is the lowest
/// voter left: the singleton follows only once Akka has removed the member. Epochs make it safe that there may be two;
/// the one that loses its promises ends. One that serves goes on until this node leaves; the singleton waits as long
/// as it does.
/// </summary>
/// <param name="node">This node.</param>
/// <param name="cache">Its metadata, which names the controller's node.</param>
/// <param name="succession">When it is told to stop.</param>
/// <param name="controller">A <see cref="ControllerActor"/> that ends when it resigns.</param>
internal sealed class StandbyController(
    NodeId node, MetadataCache cache, ControllerSuccession succession, TimeProvider clock, Props controller)
    : UntypedActor, IWithTimers
{
    public const string Name = "controller-standby";

    /// <summary>One that does not serve by then must not depose, much later, who came meanwhile.</summary>
    private static readonly TimeSpan GainWithin = TimeSpan.FromSeconds(4);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CauseRing _causes = DecisionCauses.Of(Context.System).Ring;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private IActorRef _standby = ActorRefs.Nobody;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(MemberLost));
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberLeft));
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
            case MemberLost lost when IsOurTurn(lost): Start(lost); break;
            case MemberLost: break;
            case MetadataFollowerProtocol.MetadataChanged changed: OnImage(changed.Delta.After); break;
            case ClusterEvent.MemberLeft left when left.Member.UniqueAddress == _cluster.SelfUniqueAddress:
                Context.Stop(_standby);
                break;
            case ClusterEvent.MemberLeft: break;
            case StandbyProtocol.Serves: Timers.Cancel(GiveUp.Instance); break;
            case StandbyProtocol.Ended: break;
            case GiveUp: Context.Stop(_standby); break;
            case Terminated stopped when stopped.ActorRef.Equals(_standby): _standby = ActorRefs.Nobody; break;
            default: Unhandled(message); break;
        }
    }

    private bool IsOurTurn(MemberLost lost) =>
        lost.Peer.Node == cache.Image.Controller && lost.LiveVoters is [var first, ..] && first == node
            && _standby.IsNobody();

    private void Start(MemberLost lost)
    {
        _log.Info("Node {0}, the controller's, is lost; a standby starts on this node, {1}.", lost.Peer.Node, node);
        StartStandby(lost.Peer.Node, ("live voters", lost.LiveVoters.Length));
    }

    private void OnImage(MetadataImage image)
    {
        if (!_standby.IsNobody() || !succession.IsOurTurn(image)) return;
        _log.Info("Node {0}, the controller's, stops; a standby starts on this node, {1}.", image.Controller, node);
        StartStandby(image.Controller, ("stops under broker epoch", image.Broker(image.Controller)!.Epoch.Value));
    }

    private void StartStandby(NodeId former, (string Name, long Value) why)
    {
        _causes.Record(
            Cause.Of(
                CauseKind.StandbyStarted,
                $"node {node}",
                ("controller's node", former.Value),
                ("controller epoch", cache.Image.ControllerEpoch),
                why),
            clock.GetUtcNow());
        _standby = Context.Watch(Context.ActorOf(controller));
        Timers.StartSingleTimer(GiveUp.Instance, GiveUp.Instance, GainWithin);
    }

    private sealed record GiveUp : INoSerializationVerificationNeeded
    {
        public static GiveUp Instance { get; } = new();
    }
}
