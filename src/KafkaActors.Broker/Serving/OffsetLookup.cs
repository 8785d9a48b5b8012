using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// Finds offsets of partitions that this node leads, by time or by name. The ends of a log stand in its view; a search
/// by time reads index and log, and runs where waiting for a disk is allowed.
/// </summary>
internal static class OffsetLookup
{
    /// <summary>Whether the answer may wait for a disk.</summary>
    public static bool ReadsLog(long timestampMs) => timestampMs is not (
        OffsetQuery.Latest or OffsetQuery.Earliest or OffsetQuery.EarliestLocal or OffsetQuery.LatestTiered);

    /// <param name="claimed">The leader epoch that the client knows.</param>
    /// <param name="timestampMs">The time, or one of <see cref="OffsetQuery"/>'s specials.</param>
    public static FoundOffset Find(
        NodeServices services,
        TopicIdPartition id,
        LeaderEpoch claimed,
        long timestampMs,
        IsolationLevel isolation)
    {
        ErrorCode error = services.Leaders.Check(id, claimed, out LeaderRoute? route);
        if (error != ErrorCode.None) return FoundOffset.Refused(error);
        if (!services.Partitions.TryGet(id, out PartitionHandle? partition))
            return FoundOffset.Refused(ErrorCode.NotLeaderOrFollower);
        LogView view = partition.Log.View;
        switch (timestampMs)
        {
            // Nothing lies anywhere but on this node: its log begins where the whole log does.
            case OffsetQuery.Earliest or OffsetQuery.EarliestLocal:
                return Found(view.LogStartOffset, -1, EpochAt(partition.Log, view.LogStartOffset));
            case OffsetQuery.LatestTiered:
                return FoundOffset.None;
        }

        if (view.HighWatermark < route!.EpochStartOffset) return FoundOffset.Refused(ErrorCode.OffsetNotAvailable);
        long end = isolation == IsolationLevel.ReadCommitted ? view.LastStableOffset : view.HighWatermark;
        if (timestampMs == OffsetQuery.Latest) return Found(end, -1, route.Epoch);
        TimestampOffset? found = timestampMs == OffsetQuery.MaxTimestamp
            ? partition.Log.MaxTimestamp()
            : partition.Log.LookupTimestamp(timestampMs);
        return found is { Offset: >= 0 } record && record.Offset < end
            ? Found(record.Offset, record.Timestamp, record.LeaderEpoch)
            : FoundOffset.None;
    }

    // A client sends the epoch back with its fetch (KIP-320): it has to be the one of the record that lies there.
    private static LeaderEpoch EpochAt(PartitionLog log, long offset) =>
        log.LeaderEpochs.EpochAt(offset) ?? LeaderEpoch.None;

    private static FoundOffset Found(long offset, long timestampMs, LeaderEpoch epoch) =>
        new(ErrorCode.None, offset, timestampMs, epoch);
}
