using Akka.Actor;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// The node's doors' way to a coordinator, when it is here: one volatile reference, written by the coordinator when it
/// begins to serve, when its partitions change, and when it ends. Requests go straight to the actor of their key's
/// partition, for as long as this node's metadata names the coordinator too. What it cannot read is told here as well,
/// to who looks for a coordinator.
/// </summary>
internal sealed class CoordinatorDoor(ICoordinatorTenant tenant, NodeId node, Func<MetadataImage> image)
{
    private volatile CoordinatorRoutes? _routes;

    /// <summary>How far the coordinator is; null while it is not here.</summary>
    public CoordinatorStatus? Status => _routes?.Status;

    /// <summary>For the coordinator alone.</summary>
    public void Open(CoordinatorRoutes routes) => _routes = routes;

    /// <summary>For the coordinator alone.</summary>
    public void Close(IActorRef coordinator)
    {
        if (_routes is { } open && open.Coordinator.Equals(coordinator)) _routes = null;
    }

    /// <summary>
    /// Why the key cannot be served; null when nothing is known against it. Every node knows of a partition that nobody
    /// leads, and the coordinator's of what it cannot read.
    /// </summary>
    public string? FaultOf(string key)
    {
        if (image().Topic(tenant.Topic) is not { } topic) return null;
        int partition = CoordinatorKeys.PartitionOf(key, topic.Partitions.Count);
        if (topic.Partitions[partition] is { HasLeader: false } led)
            return Text(tenant, partition, WithoutLeader(led));
        if (_routes is not { } routes || topic.Id != routes.Topic) return null;
        return partition < routes.Status.Partitions.Length && routes.Status.Partitions[partition].Fault is { } fault
            ? Text(tenant, partition, fault)
            : null;
    }

    /// <summary>Says which partition it is that cannot be read, and why.</summary>
    public static string Text(ICoordinatorTenant tenant, int partition, string fault) =>
        $"Partition {partition} of {tenant.Topic}, which holds the {tenant.KeyName}, cannot be read: {fault}";

    public static string WithoutLeader(PartitionImage partition) =>
        $"nobody leads it while node {string.Join(", ", partition.Replicas)} is not in service";

    /// <summary>Whom to ask about every key.</summary>
    /// <returns>None, or why nobody here takes a request.</returns>
    public ErrorCode TryGet(out IActorRef coordinator) => TryGet(image(), out coordinator, out _);

    /// <summary>Whom to ask about one key.</summary>
    /// <returns>None, or why nobody here takes the request.</returns>
    public ErrorCode TryGet(string key, out IActorRef partition)
    {
        partition = ActorRefs.Nobody;
        MetadataImage now = image();
        ErrorCode error = TryGet(now, out _, out CoordinatorRoutes? routes);
        if (error != ErrorCode.None) return error;
        if (now.Topic(tenant.Topic) is not { } topic) return ErrorCode.CoordinatorNotAvailable;
        // The coordinator has not followed so far.
        if (topic.Id != routes!.Topic) return ErrorCode.CoordinatorLoadInProgress;
        int index = CoordinatorKeys.PartitionOf(key, topic.Partitions.Count);
        if (index < routes.Partitions.Length) partition = routes.Partitions[index];
        return partition.IsNobody() ? ErrorCode.CoordinatorLoadInProgress : ErrorCode.None;
    }

    private ErrorCode TryGet(MetadataImage now, out IActorRef coordinator, out CoordinatorRoutes? routes)
    {
        routes = _routes;
        coordinator = routes?.Coordinator ?? ActorRefs.Nobody;
        NodeId at = now.Coordinator(tenant.Topic).Node;
        if (at == NodeId.None) return ErrorCode.CoordinatorNotAvailable;
        if (at != node) return ErrorCode.NotCoordinator;
        return routes is null ? ErrorCode.CoordinatorNotAvailable : ErrorCode.None;
    }
}
