using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>What a replica knows at the moment it becomes leader.</summary>
/// <param name="Partition">The committed state that names <paramref name="Self"/> as leader.</param>
/// <param name="LogEndOffset">Of its own log; the start of its leader epoch.</param>
/// <param name="HighWatermark">As far as it knew as a follower, or from the checkpoint; at most the log end.</param>
/// <param name="MinInSyncReplicas"><c>min.insync.replicas</c>; more than there are replicas means all of them.</param>
/// <param name="IsGroupCommit">Whether a replica's share of the high watermark is what it has flushed.</param>
/// <param name="ReplicaLagTimeMax"><c>replica.lag.time.max.ms</c>.</param>
/// <param name="Brokers">The image's registrations of the replicas.</param>
/// <param name="Now">Time since any fixed point; never goes back.</param>
public sealed record PartitionLeaderStart(
    NodeId Self,
    PartitionImage Partition,
    long LogEndOffset,
    long FlushedOffset,
    long HighWatermark,
    int MinInSyncReplicas,
    bool IsGroupCommit,
    TimeSpan ReplicaLagTimeMax,
    IReadOnlyDictionary<NodeId, ReplicaBroker> Brokers,
    TimeSpan Now)
{
    /// <summary>The registrations of the replicas are taken from the image.</summary>
    public static PartitionLeaderStart From(
        NodeId self,
        MetadataImage image,
        PartitionImage partition,
        long logEndOffset,
        long flushedOffset,
        long highWatermark,
        PartitionLeaderSettings settings,
        TimeSpan now) => new(
            self, partition, logEndOffset, flushedOffset, highWatermark, settings.MinInSyncReplicas,
            settings.IsGroupCommit, settings.ReplicaLagTimeMax, ReplicaBroker.Of(image, partition), now);
}
