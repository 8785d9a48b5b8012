using Akka.Actor;
using KafkaActors.Broker.Partitions;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>A client actor's fetch that waits; its session answers it.</summary>
internal sealed class SessionFetchWaiter(IActorRef session, FetchWoken wakeUp) : FetchWaiter
{
    protected override void OnWoken() => session.Tell(wakeUp, ActorRefs.NoSender);
}
