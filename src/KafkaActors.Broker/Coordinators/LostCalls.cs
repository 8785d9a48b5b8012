using Akka.Actor;
using Akka.Event;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Answers requests that a coordinator's actors had not taken when they stopped: a partition loads again, or the
/// coordinator moves, with requests still on their way, and who made one waits for its answer without a deadline.
/// One a node, for all coordinators.
/// </summary>
internal sealed class LostCalls : UntypedActor
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (message is DeadLetter { Message: ICoordinatorRequest request }) request.Refuse(ErrorCode.NotCoordinator);
    }
}
