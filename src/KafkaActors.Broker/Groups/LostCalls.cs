using Akka.Actor;
using Akka.Event;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// Answers calls that a group or the coordinator had not taken when it stopped: the coordinator loads again or moves
/// with calls still on their way, and who made one waits for its answer without a deadline. One a node.
/// </summary>
internal sealed class LostCalls : UntypedActor
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch ((message as DeadLetter)?.Message)
        {
            case GroupCall call:
                call.Reply(GroupRefusals.Of(call.Request, call.Version, call.GroupId, ErrorCode.NotCoordinator));
                break;
            case GroupCoordinatorProtocol.ListGroups list:
                list.Reply(new ListGroupsResponse { ErrorCode = ErrorCode.NotCoordinator });
                break;
            default:
                break;
        }
    }
}
