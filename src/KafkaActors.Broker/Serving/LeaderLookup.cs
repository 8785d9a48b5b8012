using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Says whether this node serves a partition, and else who does: from the partitions this node has, then from its
/// metadata. Read from any thread.
/// </summary>
internal sealed class LeaderLookup(PartitionRegistry partitions, Func<MetadataImage> image)
{
    public ErrorCode Check(TopicIdPartition id, LeaderEpoch claimed, out LeaderRoute? route)
    {
        if (partitions.TryGet(id, out PartitionHandle? partition)) return partition.CheckLeader(claimed, out route);
        route = null;
        PartitionImage? known = image().Partition(id);
        if (known is null) return ErrorCode.UnknownTopicId;
        return claimed > known.LeaderEpoch ? ErrorCode.UnknownLeaderEpoch : ErrorCode.NotLeaderOrFollower;
    }

    public (NodeId Leader, LeaderEpoch Epoch) LeaderOf(TopicIdPartition id) => image().Partition(id) is { } known
        ? (known.Leader, known.LeaderEpoch)
        : (NodeId.None, LeaderEpoch.None);
}
