using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>The cluster as the clients of one listener see it. Pure but for the image it reads.</summary>
internal static class ClusterView
{
    /// <summary>
    /// The nodes in service that have the listener; where there is none, as when the only node is about to stop, this
    /// one. A client that is told of no node at all gives up the one it has, and librdkafka does not come back.
    /// </summary>
    public static IReadOnlyList<(NodeId Node, BrokerEndpoint At)> Nodes(
        MetadataImage image, NodeId self, string listener)
    {
        var nodes = new List<(NodeId Node, BrokerEndpoint At)>();
        foreach (BrokerImage broker in image.Brokers.Values.Where(broker => broker.IsActive).OrderBy(one => one.Node))
        {
            if (NodeServices.EndpointOf(broker, listener) is { } endpoint) nodes.Add((broker.Node, endpoint));
        }

        if (nodes.Count == 0 && image.Broker(self) is { } last && NodeServices.EndpointOf(last, listener) is { } at)
            nodes.Add((self, at));
        return nodes;
    }

    /// <summary>
    /// The node that clients take for the controller. Administrative requests may go to any node, which forwards them:
    /// where the controller's own is not to be reached by this listener, this one stands in.
    /// </summary>
    public static NodeId Controller(NodeServices services, string listener)
    {
        NodeId controller = services.Image.Controller;
        return services.EndpointOf(controller, listener) is not null ? controller : services.Node;
    }

    /// <summary>
    /// Whether clients of the listener can be sent to the partition's leader, and else why not. What else is said of
    /// the partition stays as it is committed, its leader's epoch too: one that fell would be the end of a client's
    /// check for truncation.
    /// </summary>
    public static ErrorCode LeaderError(NodeServices services, PartitionImage partition, string listener) =>
        services.Succession.HasDeparted(partition.Leader) ? ErrorCode.LeaderNotAvailable
        : services.EndpointOf(partition.Leader, listener) is not null ? ErrorCode.None
        : partition.HasLeader ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable;

    public static IReadOnlyList<NodeId> OfflineReplicas(MetadataImage image, PartitionImage partition) =>
        [.. partition.Replicas.Where(node => image.Broker(node) is not { IsActive: true })];
}
