using System.Runtime.Serialization;
using KafkaActors.Messages;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What goes through the shard region on the wire, after the version byte; primitives as in
/// <see cref="WireReader"/>.
/// <code>
/// ie PartitionEnvelope  int32 leader, partition, byte kind, and for kind
///    0 AssignmentChanged  nothing
///    1 Append             int64 correlation id, int32 leader epoch, boolean coordinated, int32 coordinator epoch (0
///                         unless coordinated), int16 acks, int64 metadata offset, duration left, rest: the batch
/// iA Appended           int64 correlation id, int16 error, string? message, int64 base offset,
///                       int64 log append time, int64 log start offset, int32 leader, int32 leader epoch
/// </code>
/// A deadline crosses as the time that is left, by the sender's clock when it is written: clocks differ between nodes.
/// </summary>
internal static class PartitionLayouts
{
    private const byte AssignmentChangedKind = 0;
    private const byte AppendKind = 1;

    public static IReadOnlyList<MessageLayout> All(TimeProvider clock) =>
    [
        MessageLayout.Of<PartitionEnvelope>(
            "ie",
            (writer, envelope) =>
            {
                writer.Node(envelope.Leader);
                writer.Partition(envelope.Partition);
                Write(writer, envelope.Message, clock);
            },
            (ref reader) =>
            {
                NodeId leader = reader.Node();
                TopicIdPartition partition = reader.Partition();
                return new PartitionEnvelope(leader, partition, Read(ref reader, partition, clock));
            }),
        MessageLayout.Of<PartitionProtocol.Appended>("iA", WriteAppended, ReadAppended),
    ];

    private static void WriteAppended(WireWriter writer, PartitionProtocol.Appended message)
    {
        writer.Int64(message.CorrelationId);
        writer.Error(message.Error);
        writer.NullableString(message.Message);
        writer.Int64(message.BaseOffset);
        writer.Int64(message.LogAppendTimeMs);
        writer.Int64(message.LogStartOffset);
        writer.Node(message.Leader);
        writer.Epoch(message.LeaderEpoch);
    }

    private static PartitionProtocol.Appended ReadAppended(ref WireReader reader) => new(
        reader.Int64(),
        reader.Error(),
        reader.NullableString(),
        reader.Int64(),
        reader.Int64(),
        reader.Int64(),
        reader.Node(),
        reader.Epoch());

    private static void Write(WireWriter writer, ICommand message, TimeProvider clock)
    {
        switch (message)
        {
            case PartitionProtocol.AssignmentChanged:
                writer.Byte(AssignmentChangedKind);
                break;
            case PartitionProtocol.Append append:
                writer.Byte(AppendKind);
                writer.Int64(append.CorrelationId);
                writer.Epoch(append.CurrentLeaderEpoch);
                writer.Boolean(append.Coordinator is not null);
                writer.Int32(append.Coordinator.GetValueOrDefault().Value);
                writer.Int16((short)append.Acks);
                writer.Int64(append.DecidedAt.Value);
                writer.Duration(append.Deadline - clock.GetUtcNow());
                writer.Rest(append.Batch);
                break;
            default:
                throw new SerializationException($"A {message.GetType().Name} does not leave its node.");
        }
    }

    private static ICommand Read(ref WireReader reader, TopicIdPartition partition, TimeProvider clock)
    {
        byte kind = reader.Byte();
        if (kind == AssignmentChangedKind) return PartitionProtocol.AssignmentChanged.Instance;
        if (kind != AppendKind) throw new SerializationException($"An envelope holds a message of kind {kind}.");
        long correlationId = reader.Int64();
        LeaderEpoch epoch = reader.Epoch();
        bool isCoordinated = reader.Boolean();
        var coordinator = new CoordinatorEpoch(reader.Int32());
        var acks = (Acks)reader.Int16();
        var decidedAt = new MetadataOffset(reader.Int64());
        DateTimeOffset deadline = clock.GetUtcNow() + reader.Duration();
        return new PartitionProtocol.Append(
            correlationId, partition, epoch, isCoordinated ? coordinator : null, acks, deadline, reader.Rest())
        {
            DecidedAt = decidedAt,
        };
    }
}
