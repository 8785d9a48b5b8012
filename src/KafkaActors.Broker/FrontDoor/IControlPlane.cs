using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// What the door needs of the controller and of the node's metadata. Answers come back as messages:
/// <see cref="ControlProtocol.Changed"/> and <see cref="ControlProtocol.ImageReached"/> to the session,
/// <see cref="ProducerIdSource.Block"/> to the source of producer ids. A lost answer is the asker's timeout.
/// </summary>
internal interface IControlPlane
{
    void Change(long correlationId, ICommand change, DateTimeOffset deadline, IActorRef replyTo);

    void AwaitImage(MetadataOffset offset, IActorRef replyTo);

    void NextProducerIds(IActorRef replyTo);
}
