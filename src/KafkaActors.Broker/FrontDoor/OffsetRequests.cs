using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's questions for offsets. The ends of a log stand in its view; a search by time reads index and log, and
/// runs where waiting for a disk is allowed. Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class OffsetRequests(FrontDoorServices services, IActorRef session, IActorRef client)
{
    public void Begin(FetchProtocol.ListOffsets list)
    {
        if (list.Partitions.All(partition => partition.TimestampMs is OffsetQuery.Latest or OffsetQuery.Earliest))
            client.Tell(Answer(list), session);
        else
            services.Blocking.Run(() => Answer(list)).PipeTo(
                client, session, failure: _ => Failed(list));
    }

    private FetchProtocol.OffsetsListed Answer(FetchProtocol.ListOffsets list) =>
        new(list.CorrelationId, [.. list.Partitions.Select(partition => Find(partition, list.Isolation))]);

    private static FetchProtocol.OffsetsListed Failed(FetchProtocol.ListOffsets list) => new(
        list.CorrelationId, [.. list.Partitions.Select(asked => Refuse(asked, ErrorCode.KafkaStorageError))]);

    private FetchProtocol.PartitionOffset Find(FetchProtocol.PartitionTimestamp asked, IsolationLevel isolation)
    {
        ErrorCode error = services.Leaders.Check(asked.Partition, asked.CurrentLeaderEpoch, out LeaderRoute? route);
        if (error != ErrorCode.None) return Refuse(asked, error);
        if (!services.Partitions.TryGet(asked.Partition, out PartitionHandle? partition))
            return Refuse(asked, ErrorCode.NotLeaderOrFollower);
        LogView view = partition.Log.View;
        if (asked.TimestampMs == OffsetQuery.Earliest) return Found(asked, view.LogStartOffset, -1, route!.Epoch);
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

    private static FetchProtocol.PartitionOffset Found(
        FetchProtocol.PartitionTimestamp asked, long offset, long timestampMs, LeaderEpoch epoch) =>
        new(asked.Partition, ErrorCode.None, offset, timestampMs, epoch);

    private static FetchProtocol.PartitionOffset Refuse(FetchProtocol.PartitionTimestamp asked, ErrorCode error) =>
        new(asked.Partition, error, -1, -1, LeaderEpoch.None);
}
