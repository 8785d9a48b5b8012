using Akka.Actor;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Takes the answers of actors for one request, on the thread of whoever answers: no actor of its own, no mailbox, no
/// hop. It has no path of its own either, and nothing can watch it.
/// </summary>
internal abstract class ReplyRef : MinimalActorRef
{
    private static readonly ActorPath SharedPath =
        new RootActorPath(new Address("akka", "kafka-actors-request")) / "reply";

    public override ActorPath Path => SharedPath;

    public override IActorRefProvider Provider =>
        throw new NotSupportedException("The answer to a Kafka request stays on its node.");

    protected abstract void Receive(object message);

    protected sealed override void TellInternal(object message, IActorRef sender) => Receive(message);
}
