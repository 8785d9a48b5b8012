using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Finds offsets of partitions that this node leads, by time or by name. The ends of a log stand in its view; a search
/// by time reads index and log, and runs where waiting for a disk is allowed.
/// </summary>
internal static class OffsetLookup
{
    /// <summary>Whether the answer may wait for a disk.</summary>
    public static bool ReadsLog(long timestampMs) => timestampMs is not (
        OffsetQuery.Latest or OffsetQuery.Earliest or OffsetQuery.EarliestLocal or OffsetQuery.LatestTiered);

    public static FetchProtocol.PartitionOffset Find(
        FrontDoorServices services, FetchProtocol.PartitionTimestamp asked, IsolationLevel isolation)
    {
        ErrorCode error = services.Leaders.Check(asked.Partition, asked.CurrentLeaderEpoch, out LeaderRoute? route);
        if (error != ErrorCode.None) return Refuse(asked, error);
        if (!services.Partitions.TryGet(asked.Partition, out PartitionHandle? partition))
            return Refuse(asked, ErrorCode.NotLeaderOrFollower);
        LogView view = partition.Log.View;
        switch (asked.TimestampMs)
        {
            // Nothing lies anywhere but on this node: its log begins where the whole log does.
            case OffsetQuery.Earliest or OffsetQuery.EarliestLocal:
                return Found(asked, view.LogStartOffset, -1, EpochAt(partition.Log, view.LogStartOffset));
            case OffsetQuery.LatestTiered:
                return Found(asked, -1, -1, LeaderEpoch.None);
        }

        if (view.HighWatermark < route!.EpochStartOffset) return Refuse(asked, ErrorCode.OffsetNotAvailable);
        long end = isolation == IsolationLevel.ReadCommitted ? view.LastStableOffset : view.HighWatermark;
        if (asked.TimestampMs == OffsetQuery.Latest) return Found(asked, end, -1, route.Epoch);
        TimestampOffset? found = asked.TimestampMs == OffsetQuery.MaxTimestamp
            ? partition.Log.MaxTimestamp()
            : partition.Log.LookupTimestamp(asked.TimestampMs);
        return found is { Offset: >= 0 } record && record.Offset < end
            ? Found(asked, record.Offset, record.Timestamp, record.LeaderEpoch)
            : Found(asked, -1, -1, LeaderEpoch.None);
    }

    public static FetchProtocol.PartitionOffset Refuse(FetchProtocol.PartitionTimestamp asked, ErrorCode error) =>
        new(asked.Partition, error, -1, -1, LeaderEpoch.None);

    // A client sends the epoch back with its fetch (KIP-320): it has to be the one of the record that lies there.
    private static LeaderEpoch EpochAt(PartitionLog log, long offset) =>
        log.LeaderEpochs.EpochAt(offset) ?? LeaderEpoch.None;

    private static FetchProtocol.PartitionOffset Found(
        FetchProtocol.PartitionTimestamp asked, long offset, long timestampMs, LeaderEpoch epoch) =>
        new(asked.Partition, ErrorCode.None, offset, timestampMs, epoch);
}
