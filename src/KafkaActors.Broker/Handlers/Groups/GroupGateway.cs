using Akka.Actor;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// The handlers' way to the groups: to the coordinator if it is at this node, else the answer why not.
/// </summary>
internal sealed class GroupGateway(CoordinatorDoor door)
{
    /// <summary>Asks one group; the answer is that of the whole request, or is put into it.</summary>
    public void Ask(string groupId, object request, RequestContext context, Action<IResponseMessage> reply)
    {
        ErrorCode error = door.TryGet(groupId, out IActorRef partition);
        if (error != ErrorCode.None)
        {
            reply(GroupRefusals.Of(request, context.Version, groupId, error));
            return;
        }

        var client = new GroupClient(context.ClientId, context.ClientHost);
        partition.Tell(new GroupCall(groupId, request, context.Version, client, reply));
    }

    /// <summary>Why the group cannot be served; null when nothing is known against it.</summary>
    public string? FaultOf(string groupId) => door.FaultOf(groupId);

    public void List(Action<IResponseMessage> reply)
    {
        ErrorCode error = door.TryGet(out IActorRef coordinator);
        // A node without the coordinator has no groups of its own: tools ask every node and join the answers.
        if (error == ErrorCode.NotCoordinator) reply(new Protocol.Messages.ListGroupsResponse());
        else if (error != ErrorCode.None) reply(new Protocol.Messages.ListGroupsResponse { ErrorCode = error });
        else coordinator.Tell(new ListGroupsRound(reply));
    }
}
