using Akka.Actor;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>Stands in for controller and metadata: passes what it is asked on to the test.</summary>
internal sealed class ScriptedControlPlane(IActorRef test) : IControlPlane
{
    public void Change(long correlationId, ICommand change, DateTimeOffset deadline, IActorRef replyTo) =>
        test.Tell(new ChangeAsked(correlationId, change), replyTo);

    public void AwaitImage(MetadataOffset offset, IActorRef replyTo) => test.Tell(new ImageAsked(offset), replyTo);

    public void NextProducerIds(IActorRef replyTo) => test.Tell(BlockAsked.Instance, replyTo);

    internal sealed record ChangeAsked(long CorrelationId, ICommand Change) : INoSerializationVerificationNeeded;

    internal sealed record ImageAsked(MetadataOffset Offset) : INoSerializationVerificationNeeded;

    internal sealed record BlockAsked : INoSerializationVerificationNeeded
    {
        public static BlockAsked Instance { get; } = new();
    }
}
