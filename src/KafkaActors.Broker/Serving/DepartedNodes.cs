using Akka.Cluster;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Nodes that the cluster has parted with while the metadata names them still: the controller has not said so yet, or
/// is gone with them. A node that only cannot be reached is none of them, because others may reach it. Any thread may
/// use it.
/// </summary>
/// <param name="state">The cluster as this node sees it.</param>
/// <param name="self">This node's place in it.</param>
internal sealed class DepartedNodes(Func<ClusterEvent.CurrentClusterState> state, UniqueAddress self)
{
    private volatile Known? _known;

    /// <summary>None but in the moment between a node's end and the metadata that says so.</summary>
    public IReadOnlySet<NodeId> In(MetadataImage image)
    {
        ClusterEvent.CurrentClusterState now = state();
        if (_known is { } known && ReferenceEquals(known.State, now) && ReferenceEquals(known.Image, image))
            return known.Nodes;
        var nodes = new HashSet<NodeId>();
        // Whoever is not in the cluster himself knows nothing of others.
        if (now.Members.Any(member => member.UniqueAddress.Equals(self)))
        {
            foreach (BrokerImage broker in image.Brokers.Values)
                if (broker.IsActive && !now.Members.Any(member => IsRegisteredAs(member, broker)))
                    nodes.Add(broker.Node);
        }

        _known = new Known(now, image, nodes);
        return nodes;
    }

    // Registrations of former builds have no uid.
    private static bool IsRegisteredAs(Member member, BrokerImage broker) =>
        member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving
        && (broker.AkkaUid == 0 || broker.AkkaUid == member.UniqueAddress.Uid)
        && member.Address.ToString() == broker.AkkaAddress;

    private sealed record Known(
        ClusterEvent.CurrentClusterState State, MetadataImage Image, IReadOnlySet<NodeId> Nodes);
}
