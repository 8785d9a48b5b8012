using Akka.Actor;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Speaks the controller's language for the front door: asks the <see cref="ControllerProxy"/>, which answers every
/// request and bounds them, and turns what comes back into what sessions understand.
/// </summary>
internal sealed class ControlBridge(NodeId node, ControllerActors controller) : UntypedActor
{
    private readonly Dictionary<long, Asked> _asked = [];
    private readonly List<Awaiting> _awaiting = [];
    private long _lastId;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Change change: OnChange(change); break;
            case NextProducerIds: OnNextProducerIds(); break;
            case AwaitImage await: OnAwait(await.Offset); break;
            case MetadataFollowerProtocol.OffsetReached: AnswerAwaiting(); break;
            case ControllerProtocol.Reply reply: OnReply(reply); break;
            default: Unhandled(message); break;
        }
    }

    private void OnChange(Change change)
    {
        _asked.Add(++_lastId, new Asked(Sender, change));
        controller.Proxy.Tell(new ControllerProtocol.Change(_lastId, change.Command), Self);
    }

    private void OnNextProducerIds()
    {
        if (controller.Cache.Image.Broker(node) is not { } broker)
        {
            Sender.Tell(new ProducerIdSource.Block(ErrorCode.BrokerIdNotRegistered, -1, 0));
            return;
        }

        _asked.Add(++_lastId, new Asked(Sender, null));
        controller.Proxy.Tell(new ControllerProtocol.AllocateProducerIds(_lastId, node, broker.Epoch), Self);
    }

    private void OnReply(ControllerProtocol.Reply reply)
    {
        if (!_asked.Remove(reply.Id, out Asked? asked)) return;
        switch (reply)
        {
            case ControllerProtocol.Changed changed:
                asked.Asker.Tell(new ControlProtocol.Changed(
                    asked.Change!.CorrelationId, changed.Answer, changed.Offset));
                break;
            case ControllerProtocol.ProducerIdsAllocated block:
                asked.Asker.Tell(new ProducerIdSource.Block(block.Error, block.First, block.Count));
                break;
            case ControllerProtocol.Refused refused when asked.Change is { } change:
                asked.Asker.Tell(new ControlProtocol.Changed(
                    change.CorrelationId, ControlFailure.Of(change.Command, refused.Error), MetadataOffset.None));
                break;
            case ControllerProtocol.Refused refused:
                asked.Asker.Tell(new ProducerIdSource.Block(refused.Error, -1, 0));
                break;
            default: Unhandled(reply); break;
        }
    }

    private void OnAwait(MetadataOffset offset)
    {
        _awaiting.Add(new Awaiting(Sender, offset));
        controller.Follower.Tell(new MetadataFollowerProtocol.AwaitOffset(offset), Self);
        AnswerAwaiting();
    }

    private void AnswerAwaiting()
    {
        MetadataImage image = controller.Cache.Image;
        foreach (Awaiting waiting in _awaiting)
            if (waiting.Offset <= image.Offset) waiting.Asker.Tell(new ControlProtocol.ImageReached(image.Offset));
        _awaiting.RemoveAll(waiting => waiting.Offset <= image.Offset);
    }

    internal sealed record Change(long CorrelationId, ICommand Command) : INoSerializationVerificationNeeded;

    internal sealed record AwaitImage(MetadataOffset Offset) : INoSerializationVerificationNeeded;

    internal sealed record NextProducerIds : INoSerializationVerificationNeeded
    {
        public static NextProducerIds Instance { get; } = new();
    }

    private sealed record Asked(IActorRef Asker, Change? Change);

    private sealed record Awaiting(IActorRef Asker, MetadataOffset Offset);
}
