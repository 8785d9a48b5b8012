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
///  4    BrokerRegistered          int32 node, int64 epoch, uuid incarnation, string boot id, string Akka address,
///                                 byte roles, byte fenced, byte in controlled shutdown, directories (uuid),
///                                 listeners (string name, string host, int32 port)
///  5    BrokerFenced              int32 node, int64 epoch
///  6    BrokerUnfenced            int32 node, int64 epoch
///  7    BrokerShutdownStarted     int32 node, int64 epoch
///  8    BrokerUnregistered        int32 node, int64 epoch
///  9    TopicCreated              uuid topic, string name
/// 10    TopicDeleted              uuid topic; version 1: int64 deleted at (ms), int64 forgotten before (ms)
/// 11    PartitionAdded            uuid topic, int32 partition, replicas (int32), then as PartitionChanged
/// 12    PartitionChanged          uuid topic, int32 partition, int32 leader, int32 leader epoch,
///                                 int32 partition epoch, ISR (int32), eligible leaders (int32)
/// 13    ConfigChanged             byte resource type, string resource, string name, string value
/// 14    ProducerIdBlockAllocated  int32 node, int64 epoch, int64 next producer id
/// 15    CoordinatorStarted        int32 node, int32 epoch; version 1: string topic (before: __consumer_offsets)
/// 16    DeletedTopicKept          uuid topic, int64 deleted at (ms)
/// </code>
/// </summary>
public static class MetadataEventCodec
{
    private const byte Version = 0;
    private const byte TopicDeletedType = 10;
    private const byte TopicDeletedVersion = 1;
    private const byte CoordinatorStartedType = 15;
    private const byte CoordinatorStartedVersion = 1;

    public static void Write(IBufferWriter<byte> output, IReadOnlyCollection<MetadataEvent> events)
    {
        var writer = new MetadataWriter(output);
        writer.Int32(events.Count);
        foreach (MetadataEvent item in events) WriteEvent(writer, item);
    }

    public static byte[] ToBytes(IReadOnlyCollection<MetadataEvent> events)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, events);
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="MetadataFormatException">The bytes are not whole, or of a version that is not
    /// known.</exception>
    public static ImmutableArray<MetadataEvent> Read(ReadOnlySpan<byte> source)
    {
        var reader = new MetadataReader(source);
        int count = reader.Count(2);
        var events = ImmutableArray.CreateBuilder<MetadataEvent>(count);
        for (int i = 0; i < count; i++) events.Add(ReadEvent(ref reader));
        if (reader.Remaining > 0)
            throw new MetadataFormatException($"{reader.Remaining} bytes follow the last event.");
        return events.MoveToImmutable();
    }

    private static void WriteEvent(MetadataWriter writer, MetadataEvent item)
    {
        byte type = TypeOf(item);
        writer.Byte(type);
        writer.Byte(NewestVersion(type));
        switch (item)
        {
            case ClusterFormed e: writer.Text(e.ClusterId); writer.Voters(e.Voters); break;
            case VotersChanged e: writer.Voters(e.Voters); break;
            case ControllerStarted e: writer.Int32(e.Node.Value); writer.Int32(e.ControllerEpoch); break;
            case BrokerRegistered e: WriteRegistration(writer, e); break;
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
            case PartitionAdded e: WriteAdded(writer, e); break;
            case PartitionChanged e: WriteChanged(writer, e); break;
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
            default: throw new ArgumentException($"{item.GetType()} has no layout.", nameof(item));
        }
    }

    private static MetadataEvent ReadEvent(ref MetadataReader reader)
    {
        byte type = reader.Byte();
        byte version = reader.Byte();
        if (version > NewestVersion(type))
            throw new MetadataFormatException(
                $"Metadata event type {type} has version {version}, up to {NewestVersion(type)} is known.");
        return type switch
        {
            1 => new ClusterFormed(reader.Text(), reader.Voters()),
            2 => new VotersChanged(reader.Voters()),
            3 => new ControllerStarted(reader.Node(), reader.Int32()),
            4 => ReadRegistration(ref reader),
            5 => new BrokerFenced(reader.Node(), new BrokerEpoch(reader.Int64())),
            6 => new BrokerUnfenced(reader.Node(), new BrokerEpoch(reader.Int64())),
            7 => new BrokerShutdownStarted(reader.Node(), new BrokerEpoch(reader.Int64())),
            8 => new BrokerUnregistered(reader.Node(), new BrokerEpoch(reader.Int64())),
            9 => new TopicCreated(new TopicId(reader.Uuid()), reader.Text()),
            TopicDeletedType => version == 0
                ? new TopicDeleted(new TopicId(reader.Uuid()))
                : new TopicDeleted(new TopicId(reader.Uuid()), reader.Int64(), reader.Int64()),
            11 => new PartitionAdded(
                reader.Partition(), reader.Nodes(), reader.Node(), new LeaderEpoch(reader.Int32()),
                new PartitionEpoch(reader.Int32()), reader.Nodes(), reader.Nodes()),
            12 => new PartitionChanged(
                reader.Partition(), reader.Node(), new LeaderEpoch(reader.Int32()),
                new PartitionEpoch(reader.Int32()), reader.Nodes(), reader.Nodes()),
            13 => new ConfigChanged(
                new ConfigResource((ConfigResourceType)reader.Byte(), reader.Text()), reader.Text(),
                reader.NullableText()),
            14 => new ProducerIdBlockAllocated(reader.Node(), new BrokerEpoch(reader.Int64()), reader.Int64()),
            CoordinatorStartedType => ReadCoordinator(ref reader, version),
            16 => new DeletedTopicKept(new TopicId(reader.Uuid()), reader.Int64()),
            _ => throw new MetadataFormatException($"Metadata event type {type} is not known."),
        };
    }

    private static byte NewestVersion(byte type) => type switch
    {
        TopicDeletedType => TopicDeletedVersion,
        CoordinatorStartedType => CoordinatorStartedVersion,
        _ => Version,
    };

    private static byte TypeOf(MetadataEvent item) => item switch
    {
        ClusterFormed => 1,
        VotersChanged => 2,
        ControllerStarted => 3,
        BrokerRegistered => 4,
        BrokerFenced => 5,
        BrokerUnfenced => 6,
        BrokerShutdownStarted => 7,
        BrokerUnregistered => 8,
        TopicCreated => 9,
        TopicDeleted => TopicDeletedType,
        PartitionAdded => 11,
        PartitionChanged => 12,
        ConfigChanged => 13,
        ProducerIdBlockAllocated => 14,
        CoordinatorStarted => CoordinatorStartedType,
        DeletedTopicKept => 16,
        _ => throw new ArgumentException($"{item.GetType()} has no number.", nameof(item)),
    };

    private static void WriteBroker(MetadataWriter writer, NodeId node, BrokerEpoch epoch)
    {
        writer.Int32(node.Value);
        writer.Int64(epoch.Value);
    }

    private static void WriteRegistration(MetadataWriter writer, BrokerRegistered e)
    {
        WriteBroker(writer, e.Node, e.Epoch);
        writer.Uuid(e.Incarnation);
        writer.Text(e.BootId);
        writer.Text(e.AkkaAddress);
        writer.Byte((byte)e.Roles);
        writer.Boolean(e.IsFenced);
        writer.Boolean(e.IsInControlledShutdown);
        writer.Directories(e.Directories);
        writer.Listeners(e.Listeners);
    }

    private static BrokerRegistered ReadRegistration(ref MetadataReader reader) => new(
        reader.Node(),
        new BrokerEpoch(reader.Int64()),
        reader.Uuid(),
        reader.Text(),
        reader.Text(),
        (BrokerRoles)reader.Byte(),
        reader.Boolean(),
        reader.Boolean(),
        reader.Directories(),
        reader.Listeners());

    // Before there were several coordinators, the only one was that of groups.
    private static CoordinatorStarted ReadCoordinator(ref MetadataReader reader, byte version)
    {
        NodeId node = reader.Node();
        var epoch = new CoordinatorEpoch(reader.Int32());
        return new CoordinatorStarted(version == 0 ? TopicName.ConsumerOffsets : reader.Text(), node, epoch);
    }

    private static void WriteAdded(MetadataWriter writer, PartitionAdded e)
    {
        writer.Partition(e.Partition);
        writer.Nodes(e.Replicas);
        WriteLeadership(writer, e.Leader, e.LeaderEpoch, e.PartitionEpoch, e.Isr, e.EligibleLeaders);
    }

    private static void WriteChanged(MetadataWriter writer, PartitionChanged e)
    {
        writer.Partition(e.Partition);
        WriteLeadership(writer, e.Leader, e.LeaderEpoch, e.PartitionEpoch, e.Isr, e.EligibleLeaders);
    }

    private static void WriteLeadership(
        MetadataWriter writer,
        NodeId leader,
        LeaderEpoch leaderEpoch,
        PartitionEpoch partitionEpoch,
        ImmutableArray<NodeId> isr,
        ImmutableArray<NodeId> eligibleLeaders)
    {
        writer.Int32(leader.Value);
        writer.Int32(leaderEpoch.Value);
        writer.Int32(partitionEpoch.Value);
        writer.Nodes(isr);
        writer.Nodes(eligibleLeaders);
    }

    private static void WriteConfig(MetadataWriter writer, ConfigChanged e)
    {
        writer.Byte((byte)e.Resource.Type);
        writer.Text(e.Resource.Name);
        writer.Text(e.Name);
        writer.Text(e.Value);
    }
}
