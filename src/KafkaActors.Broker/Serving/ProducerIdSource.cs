using Akka.Actor;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Gives producer ids out of a block that the controller gave to this node alone; asks for the next block when it is
/// used up, and lets those who come meanwhile wait, up to a limit. A raised epoch needs no id.
/// Owned by the node's guardian.
/// </summary>
internal sealed class ProducerIdSource(NodeId node, Func<MetadataImage> image, IActorRef controller)
    : UntypedActor, IWithTimers
{
    private const int MaxWaiting = 10_000;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Queue<IActorRef> _waiting = new();
    private long _next;
    private long _end;
    private long _lastId;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ProducerIdProtocol.Assign asked: Assign(asked); break;
            case ControllerProtocol.ProducerIdsAllocated block: OnBlock(block); break;
            case ControllerProtocol.Refused: break;
            case Retry: Ask(); break;
            default: Unhandled(message); break;
        }
    }

    private void Assign(ProducerIdProtocol.Assign asked)
    {
        if (asked.ProducerId >= 0 && asked.ProducerEpoch is >= 0 and < short.MaxValue - 1)
        {
            short raised = (short)(asked.ProducerEpoch + 1);
            Sender.Tell(new ProducerIdProtocol.Assigned(ErrorCode.None, asked.ProducerId, raised));
        }
        else if (_next < _end)
        {
            Answer(Sender);
        }
        else if (_waiting.Count >= MaxWaiting)
        {
            // Too many wait for a block of ids: what Kafka's clients take for a reason to come again.
            Sender.Tell(new ProducerIdProtocol.Assigned(ErrorCode.CoordinatorLoadInProgress, -1, -1));
        }
        else
        {
            _waiting.Enqueue(Sender);
            if (!Timers.IsTimerActive(Retry.Instance)) Request();
        }
    }

    // An answer may get lost on the way to a controller that has moved: asked again until one comes.
    private void Request()
    {
        Ask();
        Timers.StartPeriodicTimer(Retry.Instance, Retry.Instance, RetryInterval);
    }

    private void Ask()
    {
        BrokerEpoch epoch = image().Broker(node)?.Epoch ?? BrokerEpoch.None;
        controller.Tell(new ControllerProtocol.AllocateProducerIds(++_lastId, node, epoch), Self);
    }

    private void OnBlock(ControllerProtocol.ProducerIdsAllocated block)
    {
        if (block.Error != ErrorCode.None || _next < _end) return;
        Timers.Cancel(Retry.Instance);
        (_next, _end) = (block.First, block.First + block.Count);
        while (_next < _end && _waiting.TryDequeue(out IActorRef? waiting)) Answer(waiting);
        if (_waiting.Count > 0) Request();
    }

    private void Answer(IActorRef asker) => asker.Tell(new ProducerIdProtocol.Assigned(ErrorCode.None, _next++, 0));

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public static Retry Instance { get; } = new();
    }
}
