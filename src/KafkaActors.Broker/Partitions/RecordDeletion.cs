using Akka.Actor;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Moves a led log's start. It is durable before it is answered, so it runs on the threads for small writes; the
/// writer token refuses it when the leadership has ended meanwhile.
/// </summary>
internal static class RecordDeletion
{
    private const long ToHighWatermark = -1;

    public static Task<PartitionProtocol.RecordsDeleted> Start(
        ActorSystem system, PartitionLog log, WriterToken token, PartitionProtocol.DeleteRecords delete) =>
        NodePools.Of(system).SmallWrites.Run(() => Delete(log, token, delete));

    private static PartitionProtocol.RecordsDeleted Delete(
        PartitionLog log, WriterToken token, PartitionProtocol.DeleteRecords delete)
    {
        long highWatermark = log.View.HighWatermark;
        long before = delete.BeforeOffset == ToHighWatermark ? highWatermark : delete.BeforeOffset;
        ErrorCode error = before < 0 || before > highWatermark
            ? ErrorCode.OffsetOutOfRange
            : log.DeleteRecordsBefore(token, before);
        long start = error == ErrorCode.None ? log.LogStartOffset : -1;
        return new PartitionProtocol.RecordsDeleted(delete.CorrelationId, delete.Partition, error, start);
    }
}
