using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Whether a reader's log has parted from the leader's: the epoch of its last record ended before its position here
/// (KIP-320, Fetch v12).
/// </summary>
internal static class LogDivergence
{
    /// <summary>The greatest epoch that both have, and where it ended here; null while nothing has parted.</summary>
    public static (LeaderEpoch Epoch, long EndOffset)? Of(FrontDoorServices services, FetchedPartition partition)
    {
        if (partition.LastFetchedEpoch == LeaderEpoch.None || partition.Error != ErrorCode.None) return null;
        if (!services.Partitions.TryGet(partition.Position.Partition, out PartitionHandle? handle)) return null;
        (LeaderEpoch epoch, long end) = handle.Log.EndOffsetFor(partition.LastFetchedEpoch);
        if (epoch == LeaderEpoch.None) return null;
        return epoch < partition.LastFetchedEpoch || end < partition.Position.Offset ? (epoch, end) : null;
    }
}
