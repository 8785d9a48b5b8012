using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Messages;

/// <summary>How an append to a partition is answered, and where an idempotent producer has its id from.</summary>
public static class ProduceProtocol
{
    /// <summary>
    /// Answers every append. With <see cref="Acks.None"/> it says only that the bytes have left the
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
