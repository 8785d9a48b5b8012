using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The parts that messages between nodes are made of, beside the primitives at <see cref="WireReader"/>.
/// <code>
/// uuid        16 bytes
/// promise     int32 epoch, int32 candidate node, uuid incarnation
/// position    int32 epoch, int64 offset
/// voter       int32 node, uuid directory
/// remembered  voter, int32 epoch, position
/// log         the rest of the message: byte 1 and a snapshot, or byte 0; int32 count of entries, each:
///             int64 offset, int32 epoch, int32 length, events (MetadataEventCodec)
/// snapshot    position, int32 length, events
/// </code>
/// </summary>
internal static class NodeWire
{
    public const int VoterBytes = sizeof(int) + TopicId.Size;

    public const int RememberedBytes = VoterBytes + sizeof(int) + PositionBytes;

    private const int PositionBytes = sizeof(int) + sizeof(long);

    public static void Uuid(this WireWriter writer, Guid value) => writer.Topic(new TopicId(value));

    public static Guid Uuid(this ref WireReader reader) => reader.Topic().Value;

    public static void Promise(this WireWriter writer, Promise value)
    {
        writer.Int32(value.Epoch);
        writer.Node(value.Candidate);
        writer.Uuid(value.Incarnation);
    }

    public static Promise Promise(this ref WireReader reader) => new(reader.Int32(), reader.Node(), reader.Uuid());

    public static void Offset(this WireWriter writer, MetadataOffset value) => writer.Int64(value.Value);

    public static MetadataOffset Offset(this ref WireReader reader) => new(reader.Int64());

    public static void Position(this WireWriter writer, LogPosition value)
    {
        writer.Int32(value.Epoch);
        writer.Offset(value.Offset);
    }

    public static LogPosition Position(this ref WireReader reader) => new(reader.Int32(), reader.Offset());

    public static void Voter(this WireWriter writer, Voter value)
    {
        writer.Node(value.Node);
        writer.Uuid(value.Directory.Value);
    }

    public static Voter Voter(this ref WireReader reader) => new(reader.Node(), new DirectoryId(reader.Uuid()));

    public static void Voters(this WireWriter writer, ImmutableArray<Voter> voters) =>
        writer.List(voters, static (items, voter) => items.Voter(voter));

    public static ImmutableArray<Voter> Voters(this ref WireReader reader) =>
        [.. reader.List(VoterBytes, static (ref items) => items.Voter())];

    public static void Remembered(this WireWriter writer, ImmutableArray<QuorumProtocol.Remembered> others) =>
        writer.List(others, static (items, other) =>
        {
            items.Voter(other.Voter);
            items.Int32(other.Epoch);
            items.Position(other.Last);
        });

    public static ImmutableArray<QuorumProtocol.Remembered> Remembered(this ref WireReader reader) =>
    [
        .. reader.List(RememberedBytes, static (ref items) =>
            new QuorumProtocol.Remembered(items.Voter(), items.Int32(), items.Position())),
    ];

    public static void Log(this WireWriter writer, LogSnapshot? snapshot, ImmutableArray<MetadataEntry> entries)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write([snapshot is null ? (byte)0 : (byte)1]);
        if (snapshot is not null)
        {
            Int32(output, snapshot.Last.Epoch);
            Int64(output, snapshot.Last.Offset.Value);
            Events(output, snapshot.Events);
        }

        Int32(output, entries.Length);
        foreach (MetadataEntry entry in entries)
        {
            Int64(output, entry.Offset.Value);
            Int32(output, entry.Epoch);
            Events(output, entry.Events);
        }

        writer.Rest(output.WrittenMemory);
    }

    public static (LogSnapshot? Snapshot, ImmutableArray<MetadataEntry> Entries) Log(this ref WireReader reader)
    {
        LogSnapshot? snapshot = null;
        if (reader.Boolean()) snapshot = new LogSnapshot(reader.Position(), Events(ref reader));
        MetadataEntry[] entries = reader.List(sizeof(long) + (2 * sizeof(int)), static (ref items) =>
        {
            MetadataOffset offset = items.Offset();
            int epoch = items.Int32();
            return new MetadataEntry(offset, epoch, Events(ref items));
        });
        return (snapshot, [.. entries]);
    }

    private static ImmutableArray<MetadataEvent> Events(ref WireReader reader)
    {
        int length = reader.Int32();
        if (length < 0 || length > reader.Remaining)
            throw new SerializationException($"Events of {length} bytes do not fit in {reader.Remaining}.");
        try
        {
            return MetadataEventCodec.Read(reader.Bytes(length));
        }
        catch (MetadataFormatException cause)
        {
            throw new SerializationException(cause.Message, cause);
        }
    }

    private static void Events(ArrayBufferWriter<byte> output, ImmutableArray<MetadataEvent> events)
    {
        byte[] bytes = MetadataEventCodec.ToBytes(events);
        Int32(output, bytes.Length);
        output.Write(bytes);
    }

    private static void Int32(ArrayBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    private static void Int64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }
}
