using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What a <see cref="PartitionActor"/> is asked and told, on its own node or, in a <see cref="PartitionEnvelope"/>,
/// from another. An <see cref="Append"/> is answered by an <see cref="Appended"/>, exactly once, whatever its acks.
/// </summary>
internal static class PartitionProtocol
{
    /// <summary>Hands over one whole batch; its bytes belong to the partition from here on.</summary>
    /// <param name="Deadline">Past it the batch is not appended, and an answer that still waits says so.</param>
    /// <param name="Coordinator">The writer's epoch for an internal topic, else null.</param>
    internal sealed record Append(
        long CorrelationId,
        TopicIdPartition Partition,
        LeaderEpoch CurrentLeaderEpoch,
        CoordinatorEpoch? Coordinator,
        Acks Acks,
        DateTimeOffset Deadline,
        ReadOnlyMemory<byte> Batch) : ICommand, ICorrelated, INoSerializationVerificationNeeded
    {
        /// <summary>
        /// The metadata that the leader epoch was read from: a node that has not followed so far waits for it, until
        /// the deadline. None where the epoch was read on the partition's own node.
        /// </summary>
        public MetadataOffset DecidedAt { get; init; } = MetadataOffset.None;

        /// <summary>
        /// What its door found in the batch, and accepted; null where the partition is to look itself. Never from
        /// another node.
        /// </summary>
        public RecordBatchVerdict? Opened { get; init; }
    }

    /// <summary>
    /// Answers every append. With <see cref="Acks.None"/> it says only that the partition is done with the bytes:
    /// <paramref name="BaseOffset"/> is -1.
    /// </summary>
    /// <param name="BaseOffset">The offset of the batch's first record, or -1.</param>
    /// <param name="LogAppendTimeMs">The append time, or -1 when the topic keeps the producer's timestamps.</param>
    /// <param name="Leader">With a leadership error: who leads, as far as this node knows.</param>
    internal sealed record Appended(
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
        /// one node only: another one is told of the first in <see cref="Message"/>.
        /// </summary>
        public IReadOnlyList<RecordError>? RecordErrors { get; init; }
    }

    /// <param name="BeforeOffset">-1 for the high watermark.</param>
    internal sealed record DeleteRecords(
        long CorrelationId, TopicIdPartition Partition, LeaderEpoch CurrentLeaderEpoch, long BeforeOffset)
        : ICommand, ICorrelated, INoSerializationVerificationNeeded;

    internal sealed record RecordsDeleted(
        long CorrelationId, TopicIdPartition Partition, ErrorCode Error, long LogStartOffset)
        : IReply, ICorrelated, INoSerializationVerificationNeeded;

    /// <summary><see cref="PartitionHandle.Assignment"/> is another one.</summary>
    internal sealed record AssignmentChanged : ICommand, INoSerializationVerificationNeeded
    {
        public static AssignmentChanged Instance { get; } = new();
    }

    /// <summary>From a flush thread: everything below the offset is on disk.</summary>
    internal sealed record Flushed(PartitionLog Log, long Offset) : ICommand, INoSerializationVerificationNeeded;

    /// <summary>The node's tick: answer what has waited too long.</summary>
    internal sealed record ExpirePending : ICommand, INoSerializationVerificationNeeded
    {
        public static ExpirePending Instance { get; } = new();
    }

    /// <summary>From time to time: what is remembered of producers whose time is over goes.</summary>
    internal sealed record ForgetProducers : ICommand, INoSerializationVerificationNeeded
    {
        public static ForgetProducers Instance { get; } = new();
    }

    /// <summary>The partition is no longer on this node: answer everybody and stop.</summary>
    internal sealed record Remove : ICommand, INoSerializationVerificationNeeded
    {
        public static Remove Instance { get; } = new();
    }
}
