using System.Buffers;
using System.Collections.Immutable;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Metadata events as bytes, in log entries, snapshots and messages between nodes. Integers are big-endian, a uuid is
/// 16 bytes, a string is a 32-bit length in bytes (-1: null) and UTF-8, a list is a 32-bit count and its elements.
/// <code>
/// list of events: int32 count, then each event:
/// byte type | byte version (0 unless the type says more) | body
/// type  event                     body
///  1    ClusterFormed             string cluster id, voters (int32 node, uuid directory)
///  2    VotersChanged             voters
///  3    ControllerStarted         int32 node, int32 controller epoch
///  4    BrokerRegistered          see <see cref="RegistrationLayout"/>
///  5    BrokerFenced              int32 node, int64 epoch
///  6    BrokerUnfenced            int32 node, int64 epoch
///  7    BrokerShutdownStarted     int32 node, int64 epoch
///  8    BrokerUnregistered        int32 node, int64 epoch
///  9    TopicCreated              uuid topic, string name
/// 10    TopicDeleted              uuid topic; version 1: int64 deleted at (ms), int64 forgotten before (ms)
/// 11    PartitionAdded            see <see cref="PartitionLayout"/>
/// 12    PartitionChanged          the same
/// 13    ConfigChanged             byte resource type, string resource, string name, string value
/// 14    ProducerIdBlockAllocated  int32 node, int64 epoch, int64 next producer id
/// 15    CoordinatorStarted        int32 node, int32 epoch; version 1: string topic (before: __consumer_offsets)
/// 16    DeletedTopicKept          uuid topic, int64 deleted at (ms)
/// 17    MetadataVersionChanged    int16 version
/// 18    BrokerSessionGranted      int32 node, int64 epoch, int32 unheard grants
/// </code>
/// An event of another type or version is newer software's: nothing says where it ends, so all that follows it in its
/// list is read as one <see cref="Unknown"/>, which is written back as it was. What holds one cannot be applied.
/// </summary>
public static class MetadataEventCodec
{
    private const byte Version = 0;
    private const byte BrokerRegisteredType = 4;
    private const byte TopicDeletedType = 10;
    private const byte TopicDeletedVersion = 1;
    private const byte PartitionAddedType = 11;
    private const byte PartitionChangedType = 12;
    private const byte CoordinatorStartedType = 15;
    private const byte CoordinatorStartedVersion = 1;
    private const byte NewestType = 18;

    public static void Write(IBufferWriter<byte> output, IReadOnlyCollection<MetadataEvent> events)
    {
        var writer = new MetadataWriter(output);
        writer.Int32(events.Sum(static item => item is Unknown unknown ? unknown.Count : 1));
        foreach (MetadataEvent item in events) WriteEvent(writer, item);
    }

    public static byte[] ToBytes(IReadOnlyCollection<MetadataEvent> events)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, events);
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="MetadataFormatException">The bytes are not whole.</exception>
    public static ImmutableArray<MetadataEvent> Read(ReadOnlySpan<byte> source)
    {
        var reader = new MetadataReader(source);
        int count = reader.Count(2);
        var events = ImmutableArray.CreateBuilder<MetadataEvent>(count);
        for (int i = 0; i < count; i++)
        {
            MetadataEvent item = ReadEvent(ref reader, count - i);
            events.Add(item);
            if (item is Unknown) break;
        }

        if (reader.Remaining > 0)
            throw new MetadataFormatException($"{reader.Remaining} bytes follow the last event.");
        return events.DrainToImmutable();
    }

    private static void WriteEvent(MetadataWriter writer, MetadataEvent item)
    {
        writer.Byte(TypeOf(item));
        writer.Byte(VersionOf(item));
        switch (item)
        {
            case ClusterFormed e: writer.Text(e.ClusterId); writer.Voters(e.Voters); break;
            case VotersChanged e: writer.Voters(e.Voters); break;
            case ControllerStarted e: writer.Int32(e.Node.Value); writer.Int32(e.ControllerEpoch); break;
            case BrokerRegistered e: RegistrationLayout.Write(writer, e); break;
            case BrokerFenced e: WriteBroker(writer, e.Node, e.Epoch); break;
            case BrokerUnfenced e: WriteBroker(writer, e.Node, e.Epoch); break;
            case BrokerShutdownStarted e: WriteBroker(writer, e.Node, e.Epoch); break;
            case BrokerUnregistered e: WriteBroker(writer, e.Node, e.Epoch); break;
            case TopicCreated e: writer.Uuid(e.Topic.Value); writer.Text(e.Name); break;
            case TopicDeleted e:
                writer.Uuid(e.Topic.Value);
                writer.Int64(e.DeletedAtMs);
                writer.Int64(e.ForgottenBeforeMs);
                break;
            case DeletedTopicKept e: writer.Uuid(e.Topic.Value); writer.Int64(e.DeletedAtMs); break;
            case PartitionAdded e: PartitionLayout.Write(writer, e); break;
            case PartitionChanged e: PartitionLayout.Write(writer, e); break;
            case ConfigChanged e: WriteConfig(writer, e); break;
            case ProducerIdBlockAllocated e:
                WriteBroker(writer, e.Node, e.Epoch);
                writer.Int64(e.NextProducerId);
                break;
            case CoordinatorStarted e:
                writer.Int32(e.Node.Value);
                writer.Int32(e.Epoch.Value);
                writer.Text(e.Topic);
                break;
            case MetadataVersionChanged e: writer.Int16(e.Version); break;
            case BrokerSessionGranted e: WriteBroker(writer, e.Node, e.Epoch); writer.Int32(e.UnheardGrants); break;
            case Unknown e: writer.Raw(e.Bytes.AsSpan()); break;
            default: throw new ArgumentException($"{item.GetType()} has no layout.", nameof(item));
        }
    }

    /// <param name="left">How many events there are from this one on.</param>
    private static MetadataEvent ReadEvent(ref MetadataReader reader, int left)
    {
        byte type = reader.Byte();
        byte version = reader.Byte();
        if (type is 0 or > NewestType || version > NewestVersion(type))
            return new Unknown(type, version, left, [.. reader.Raw()]);
        return type switch
        {
            1 => new ClusterFormed(reader.Text(), reader.Voters()),
            2 => new VotersChanged(reader.Voters()),
            3 => new ControllerStarted(reader.Node(), reader.Int32()),
            BrokerRegisteredType => RegistrationLayout.Read(ref reader, version),
            5 => new BrokerFenced(reader.Node(), new BrokerEpoch(reader.Int64())),
            6 => new BrokerUnfenced(reader.Node(), new BrokerEpoch(reader.Int64())),
            7 => new BrokerShutdownStarted(reader.Node(), new BrokerEpoch(reader.Int64())),
            8 => new BrokerUnregistered(reader.Node(), new BrokerEpoch(reader.Int64())),
            9 => new TopicCreated(new TopicId(reader.Uuid()), reader.Text()),
            TopicDeletedType => version == 0
                ? new TopicDeleted(new TopicId(reader.Uuid()))
                : new TopicDeleted(new TopicId(reader.Uuid()), reader.Int64(), reader.Int64()),
            PartitionAddedType => PartitionLayout.ReadAdded(ref reader, version),
            PartitionChangedType => PartitionLayout.ReadChanged(ref reader, version),
            13 => new ConfigChanged(
                new ConfigResource((ConfigResourceType)reader.Byte(), reader.Text()), reader.Text(),
                reader.NullableText()),
            14 => new ProducerIdBlockAllocated(reader.Node(), new BrokerEpoch(reader.Int64()), reader.Int64()),
            CoordinatorStartedType => ReadCoordinator(ref reader, version),
            16 => new DeletedTopicKept(new TopicId(reader.Uuid()), reader.Int64()),
            17 => new MetadataVersionChanged(reader.Int16()),
            NewestType => new BrokerSessionGranted(reader.Node(), new BrokerEpoch(reader.Int64()), reader.Int32()),
            _ => throw new InvalidOperationException($"Metadata event type {type} is known and not read."),
        };
    }

    private static byte NewestVersion(byte type) => type switch
    {
        TopicDeletedType => TopicDeletedVersion,
        CoordinatorStartedType => CoordinatorStartedVersion,
        BrokerRegisteredType => RegistrationLayout.Newest,
        PartitionAddedType or PartitionChangedType => PartitionLayout.Newest,
        _ => Version,
    };

    private static byte VersionOf(MetadataEvent item) => item switch
    {
        BrokerRegistered e => RegistrationLayout.VersionOf(e),
        PartitionAdded e => PartitionLayout.VersionOf(e),
        PartitionChanged e => PartitionLayout.VersionOf(e),
        Unknown e => e.Version,
        _ => NewestVersion(TypeOf(item)),
    };

    private static byte TypeOf(MetadataEvent item) => item switch
    {
        ClusterFormed => 1,
        VotersChanged => 2,
        ControllerStarted => 3,
        BrokerRegistered => BrokerRegisteredType,
        BrokerFenced => 5,
        BrokerUnfenced => 6,
        BrokerShutdownStarted => 7,
        BrokerUnregistered => 8,
        TopicCreated => 9,
        TopicDeleted => TopicDeletedType,
        PartitionAdded => PartitionAddedType,
        PartitionChanged => PartitionChangedType,
        ConfigChanged => 13,
        ProducerIdBlockAllocated => 14,
        CoordinatorStarted => CoordinatorStartedType,
        DeletedTopicKept => 16,
        MetadataVersionChanged => 17,
        BrokerSessionGranted => NewestType,
        Unknown e => e.Type,
        _ => throw new ArgumentException($"{item.GetType()} has no number.", nameof(item)),
    };

    private static void WriteBroker(MetadataWriter writer, NodeId node, BrokerEpoch epoch)
    {
        writer.Int32(node.Value);
        writer.Int64(epoch.Value);
    }

    // Before there were several coordinators, the only one was that of groups.
    private static CoordinatorStarted ReadCoordinator(ref MetadataReader reader, byte version)
    {
        NodeId node = reader.Node();
        var epoch = new CoordinatorEpoch(reader.Int32());
        return new CoordinatorStarted(version == 0 ? TopicName.ConsumerOffsets : reader.Text(), node, epoch);
    }

    private static void WriteConfig(MetadataWriter writer, ConfigChanged e)
    {
        writer.Byte((byte)e.Resource.Type);
        writer.Text(e.Resource.Name);
        writer.Text(e.Name);
        writer.Text(e.Value);
    }
}
