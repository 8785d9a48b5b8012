using Akka.Actor;
using Akka.Event;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Answers what a partition had not taken when it stopped: its route was looked up before, and a large batch is opened
/// in between. Who asked waits for each answer of his request, and would lose his connection. One a node.
/// </summary>
internal sealed class LostAppends : UntypedActor
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (message is DeadLetter lost) AbsentPartition.Answer(lost.Message, lost.Sender);
    }
}
