using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Nodes;
using Effect = KafkaActors.Coordination.Controllers.ControllerCallEffect<
    System.Action<KafkaActors.Coordination.Controllers.ControllerProtocol.Reply>>;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// A node's conversation with the controller: the real cores of its calls and of the metadata it follows. Heartbeats
/// and requests go to one of those who believe to be the controller, as the singleton's proxy would send them.
/// </summary>
internal sealed class SimNodeFollower
{
    public const int HeartbeatMs = 150;
    private const int RetryMs = 60;
    private const int CallTickMs = 300;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly FollowedMetadata _metadata = new();
    private readonly ControllerCalls<Action<ControllerProtocol.Reply>> _calls = new(ticksOfPatience: 30);

    public SimNodeFollower(SimCluster cluster, SimProcess process)
    {
        _cluster = cluster;
        _process = process;
    }

    public MetadataImage Image => _metadata.Image;

    public void Start()
    {
        _process.After(_cluster.World.Between(0, HeartbeatMs), Beat);
        _process.Every(CallTickMs, () => Carry(_calls.Tick()));
    }

    /// <summary>What is answered is at least as new as what was committed anywhere when it was asked for.</summary>
    public void Ask(ControllerProtocol.Request request, Action<ControllerProtocol.Reply> asker)
    {
        MetadataOffset committed = _cluster.Metadata.CommittedOffset;
        Carry(_calls.Begin(request, reply =>
        {
            if (OffsetOf(reply) is { } offset && offset < committed)
                throw new InvariantViolation(
                    Invariant.Fenced,
                    $"Node {_process.Node.Id} asked when {committed} was committed and is answered as of {offset}.");
            asker(reply);
        }));
    }

    public void OnReply(ControllerProtocol.Reply reply) => Carry(_calls.Handle(reply));

    public void OnFed(ControllerProtocol.IFeed feed)
    {
        FollowStep step = _metadata.Take(feed);
        if (_metadata.Fault is { } fault) throw new InvalidOperationException(fault);
        if (step.Delta is { } delta)
        {
            _process.Node.Disk.ClusterId = delta.After.ClusterId;
            Carry(_calls.ControllerServes(delta.After.ControllerEpoch));
            _process.Broker?.OnImage(delta.After);
        }

        if (step.AsksAgain) SendHeartbeat();
    }

    private static MetadataOffset? OffsetOf(ControllerProtocol.Reply reply) => reply switch
    {
        ControllerProtocol.Changed changed => changed.Offset,
        ControllerProtocol.BrokerDecided decided => decided.Offset,
        ControllerProtocol.IsrDecided decided => decided.Offset,
        _ => null,
    };

    private void Beat()
    {
        SendHeartbeat();
        _process.After(_metadata.IsFed ? HeartbeatMs : RetryMs, Beat);
    }

    private void SendHeartbeat()
    {
        BrokerImage? self = Image.Broker(_process.Node.Id);
        BrokerEpoch epoch = self?.Incarnation == _process.Incarnation ? self.Epoch : BrokerEpoch.None;
        var heartbeat = new ControllerProtocol.Heartbeat(
            _process.Node.Id, _process.Node.Disk.ClusterId, _process.Incarnation, epoch, Image.Offset.Next(), []);
        ToController(controller => controller.Handle(heartbeat, _process));
    }

    private void Carry(IReadOnlyList<Effect> effects)
    {
        foreach (Effect effect in effects)
            switch (effect)
            {
                case Effect.Send send: ToController(controller => controller.Handle(send.Request, _process)); break;
                case Effect.Recall recall:
                    ToController(controller => controller.Handle(recall.Message, _process));
                    break;
                case Effect.RetryLater later: _process.After(RetryMs, () => Carry(_calls.Retry(later.Id))); break;
                case Effect.Answer answer: answer.Asker(answer.Reply); break;
                default: throw new InvalidOperationException($"{effect} is new.");
            }
    }

    private void ToController(Action<SimController> deliver)
    {
        SimController[] controllers = [.. _cluster.Controllers];
        if (controllers.Length == 0) return;
        SimController meant = _cluster.World.Pick(controllers);
        _cluster.Network.Send(_process.Node, meant.Node, process =>
        {
            if (process.Controllers.Contains(meant)) deliver(meant);
        });
    }
}
