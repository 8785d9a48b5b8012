using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The node's doors' way to the group coordinator, when it is here: one volatile reference, written by the coordinator
/// when it begins to serve and when it ends. Requests are taken for as long as this node's metadata names it too.
/// What the coordinator cannot read is told here as well, to who looks for a coordinator.
/// </summary>
internal sealed class CoordinatorDoor(NodeId node, Func<MetadataImage> image)
{
    private volatile IActorRef? _coordinator;
    private volatile ImmutableDictionary<int, string> _faults = ImmutableDictionary<int, string>.Empty;

    public void Open(IActorRef coordinator) => _coordinator = coordinator;

    public void Close(IActorRef coordinator)
    {
        if (!Equals(_coordinator, coordinator)) return;
        _coordinator = null;
        _faults = ImmutableDictionary<int, string>.Empty;
    }

    /// <summary>For the coordinator alone.</summary>
    /// <param name="faults">Why partitions of the offsets topic cannot be read; those that can are not in it.</param>
    public void Tell(ImmutableDictionary<int, string> faults) => _faults = faults;

    /// <summary>Why the group cannot be served at this node; null when nothing is known against it.</summary>
    public string? FaultOf(string groupId)
    {
        ImmutableDictionary<int, string> faults = _faults;
        if (faults.IsEmpty || image().Topic(OffsetsTopic.Name) is not { } topic) return null;
        int partition = OffsetsTopic.PartitionOf(groupId, topic.Partitions.Count);
        return faults.TryGetValue(partition, out string? fault) ? Text(partition, fault) : null;
    }

    /// <summary>Says which partition it is that cannot be read, and why.</summary>
    public static string Text(int partition, string fault) =>
        $"Partition {partition} of {OffsetsTopic.Name}, which holds the group, cannot be read: {fault}";

    /// <returns>None, or why nobody here takes a group's request.</returns>
    public ErrorCode TryGet(out IActorRef coordinator)
    {
        IActorRef? open = _coordinator;
        coordinator = open ?? ActorRefs.Nobody;
        MetadataImage now = image();
        NodeId at = now.Coordinator(OffsetsTopic.Name).Node;
        if (at == NodeId.None) return ErrorCode.CoordinatorNotAvailable;
        if (at != node) return ErrorCode.NotCoordinator;
        return open is null ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None;
    }
}
