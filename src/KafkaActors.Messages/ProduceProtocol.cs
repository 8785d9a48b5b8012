using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Messages;

/// <summary>
/// Appends record batches to partitions. A request holds exactly one batch, whole if it is at most
/// <see cref="SessionProtocol.ChunkBytes"/>, else its first part, followed by <see cref="Chunk"/>s in order.
/// The bytes belong to the receiver: the sender never writes them again, and sends a copy if it must send them twice
/// (the leader writes offset and epoch into them).
/// </summary>
public static class ProduceProtocol
{
    /// <param name="CurrentLeaderEpoch">What the client believes; checked unless
    /// <see cref="LeaderEpoch.None"/>.</param>
    /// <param name="Timeout">How long <see cref="Acks.All"/> may wait for the ISR.</param>
    /// <param name="BatchBytes">The length of the whole batch.</param>
    /// <param name="Bytes">The batch, or its first part.</param>
    public sealed record Append(
        long CorrelationId,
        TopicIdPartition Partition,
        LeaderEpoch CurrentLeaderEpoch,
        Acks Acks,
        TimeSpan Timeout,
        int BatchBytes,
        ReadOnlyMemory<byte> Bytes) : ICommand, ICorrelated;

    /// <param name="Position">Where in the batch these bytes stand; one that does not follow fails the request.</param>
    public sealed record Chunk(long CorrelationId, int Position, ReadOnlyMemory<byte> Bytes) : ICommand, ICorrelated;

    /// <summary>
    /// Answers every <see cref="Append"/>. With <see cref="Acks.None"/> it says only that the bytes have left the
    /// window: <paramref name="BaseOffset"/> is -1 and <paramref name="Error"/> is <see cref="ErrorCode.None"/>.
    /// </summary>
    /// <param name="BaseOffset">The offset of the batch's first record, or -1.</param>
    /// <param name="LogAppendTimeMs">The append time, or -1 when the topic keeps the producer's timestamps.</param>
    /// <param name="Leader">With a leadership error: who leads, as far as this node knows.</param>
    public sealed record Appended(
        long CorrelationId,
        ErrorCode Error,
        string? Message,
        long BaseOffset,
        long LogAppendTimeMs,
        long LogStartOffset,
        NodeId Leader,
        LeaderEpoch LeaderEpoch) : IReply, ICorrelated
    {
        /// <summary>
        /// The records for which the batch is refused (KIP-467); null where it is refused as a whole, or not. Within
        /// one ActorSystem only: another one is told of the first in <see cref="Message"/>.
        /// </summary>
        public IReadOnlyList<RecordError>? RecordErrors { get; init; }
    }
}
