using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// What a node that has just been unfenced waits for before it lets clients in: that every partition which the metadata
/// says it leads is served. A client that came earlier would hear NOT_LEADER_OR_FOLLOWER of some of its batches in
/// flight and not of others. A partition that cannot be served, because its log is offline, is not waited for.
/// Owned by the guardian.
/// </summary>
internal sealed class DoorOpening
{
    private readonly NodeId _node;
    private readonly PartitionRegistry _partitions;
    private readonly Queue<TopicIdPartition> _unserved;

    public DoorOpening(NodeId node, PartitionRegistry partitions, MetadataImage image)
    {
        _node = node;
        _partitions = partitions;
        _unserved = new(image.HostedBy(node).Where(id => IsWaitedFor(id, image)));
    }

    /// <summary>How many are not known to be served.</summary>
    public int Left => _unserved.Count;

    /// <summary>Whether one has still to be waited for, by the newest metadata.</summary>
    public bool TryNext(MetadataImage image, out TopicIdPartition next)
    {
        while (_unserved.TryPeek(out next))
        {
            if (IsWaitedFor(next, image)) return true;
            _unserved.Dequeue();
        }

        return false;
    }

    private bool IsWaitedFor(TopicIdPartition id, MetadataImage image)
    {
        if (image.Partition(id) is not { } partition || partition.Leader != _node) return false;
        return !_partitions.TryGet(id, out PartitionHandle? handle)
            || (handle.Assignment.Error == ErrorCode.None && handle.Route?.Epoch != partition.LeaderEpoch);
    }
}
