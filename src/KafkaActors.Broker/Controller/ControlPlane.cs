using Akka.Actor;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>The front door's way to the controller and to this node's metadata: a <see cref="ControlBridge"/> behind it.</summary>
internal sealed class ControlPlane(IActorRef bridge) : IControlPlane
{
    /// <param name="parent">The node's guardian.</param>
    public static ControlPlane Start(IActorRefFactory parent, NodeId node, ControllerActors controller) => new(
        parent.ActorOf(Props.Create(() => new ControlBridge(node, controller)), "control-bridge"));

    public void Change(long correlationId, ICommand change, DateTimeOffset deadline, IActorRef replyTo) =>
        bridge.Tell(new ControlBridge.Change(correlationId, change), replyTo);

    public void AwaitImage(MetadataOffset offset, IActorRef replyTo) =>
        bridge.Tell(new ControlBridge.AwaitImage(offset), replyTo);

    public void NextProducerIds(IActorRef replyTo) => bridge.Tell(ControlBridge.NextProducerIds.Instance, replyTo);
}
