using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

internal static class StorageSteps
{
    public static int ApplyRetention(this PartitionLog log, DateTimeOffset now) => 0;

    public static ErrorCode DeleteRecordsBefore(this PartitionLog log, WriterToken token, long offset) =>
        ErrorCode.InvalidRequest;

    public static Task DeleteLogAsync(this LogDirectory directory, PartitionLog log) => Task.CompletedTask;

    public static TimestampOffset? LookupTimestamp(this PartitionLog log, long timestamp) => null;

    public static TimestampOffset MaxTimestamp(this PartitionLog log) => TimestampOffset.None;
}
