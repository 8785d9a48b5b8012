using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The node's doors' way to the group coordinator, when it is here: one volatile reference, written by the coordinator
/// when it begins to serve and when it ends. Requests are taken for as long as this node's metadata names it too.
/// </summary>
internal sealed class CoordinatorDoor(NodeId node, Func<MetadataImage> image)
{
    private volatile IActorRef? _coordinator;

    public void Open(IActorRef coordinator) => _coordinator = coordinator;

    public void Close(IActorRef coordinator)
    {
        if (Equals(_coordinator, coordinator)) _coordinator = null;
    }

    /// <returns>None, or why nobody here takes a group's request.</returns>
    public ErrorCode TryGet(out IActorRef coordinator)
    {
        IActorRef? open = _coordinator;
        coordinator = open ?? ActorRefs.Nobody;
        MetadataImage now = image();
        if (now.Coordinator == NodeId.None) return ErrorCode.CoordinatorNotAvailable;
        if (now.Coordinator != node) return ErrorCode.NotCoordinator;
        return open is null ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None;
    }
}
