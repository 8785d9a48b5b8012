using KafkaActors.Protocol;

namespace KafkaActors.Messages;

/// <summary>
/// Reads record batches. A <see cref="Fetch"/> is answered, as data comes to hand or the wait is over, by a
/// <see cref="Data"/> (with its <see cref="Chunk"/>s) for each partition that has batches or an error, and at last
/// by one <see cref="Completed"/>. Batches come as they lie in the log: the first may begin before the offset asked
/// for, the last is whole. At least one batch comes back if there is one, however large (KIP-74).
/// </summary>
public static class FetchProtocol
{
    /// <param name="Offset">The first offset wanted.</param>
    /// <param name="MaxBytes">For this partition; a first batch that is larger is sent all the same.</param>
    public sealed record PartitionPosition(
        TopicIdPartition Partition, LeaderEpoch CurrentLeaderEpoch, long Offset, int MaxBytes);

    /// <param name="MaxWait">How long to wait for <paramref name="MinBytes"/>.</param>
    /// <param name="MaxBytes">For all partitions together; at most the session's fetch window.</param>
    public sealed record Fetch(
        long CorrelationId,
        TimeSpan MaxWait,
        int MinBytes,
        int MaxBytes,
        IsolationLevel Isolation,
        IReadOnlyList<PartitionPosition> Partitions) : ICommand, ICorrelated;

    /// <param name="TotalBytes">Of all batches of this partition in this answer; 0 with an error.</param>
    /// <param name="Bytes">The batches, or their first part.</param>
    public sealed record Data(
        long CorrelationId,
        TopicIdPartition Partition,
        ErrorCode Error,
        long HighWatermark,
        long LastStableOffset,
        long LogStartOffset,
        NodeId Leader,
        LeaderEpoch LeaderEpoch,
        int TotalBytes,
        ReadOnlyMemory<byte> Bytes) : IReply, ICorrelated;

    /// <summary>More bytes of the last <see cref="Data"/> of the same request.</summary>
    public sealed record Chunk(long CorrelationId, int Position, ReadOnlyMemory<byte> Bytes) : IReply, ICorrelated;

    public sealed record Completed(long CorrelationId, ErrorCode Error) : IReply, ICorrelated;
}
