using KafkaActors.Protocol;
using static KafkaActors.Messages.MetadataProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="MetadataProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>.
/// <code>
/// md Describe  int64 correlation id, list? of string topic, boolean allow auto topic creation
/// mD Described int64 correlation id, string cluster id, int64 metadata offset, int32 controller,
///              list of broker, list of topic
///    broker    int32 node, string akka address
///    topic     int16 error, string name, topic id, boolean is internal, list of partition
///    partition int16 error, int32 index, int32 leader, int32 leader epoch,
///              list of int32 replica, list of int32 isr
/// </code>
/// </summary>
internal static class MetadataLayouts
{
    private const int BrokerBytes = sizeof(int) + sizeof(int);
    private const int TopicBytes = sizeof(short) + sizeof(int) + TopicId.Size + sizeof(byte) + sizeof(int);
    private const int PartitionBytes = sizeof(short) + (5 * sizeof(int));

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Describe>(
            "md",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.NullableList(message.Topics, (items, topic) => items.String(topic));
                writer.Boolean(message.AllowAutoTopicCreation);
            },
            (ref reader) => new Describe(
                reader.Int64(),
                reader.NullableList(sizeof(int), (ref items) => items.String()),
                reader.Boolean())),
        MessageLayout.Of<Described>("mD", WriteDescribed, ReadDescribed),
    ];

    private static void WriteDescribed(WireWriter writer, Described message)
    {
        writer.Int64(message.CorrelationId);
        writer.String(message.ClusterId);
        writer.Int64(message.Offset.Value);
        writer.Node(message.Controller);
        writer.List(message.Brokers, (items, broker) =>
        {
            items.Node(broker.Node);
            items.String(broker.AkkaAddress);
        });
        writer.List(message.Topics, WriteTopic);
    }

    private static Described ReadDescribed(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.String(),
            new MetadataOffset(reader.Int64()),
            reader.Node(),
            reader.List(BrokerBytes, (ref items) => new Broker(items.Node(), items.String())),
            reader.List(TopicBytes, ReadTopic));

    private static void WriteTopic(WireWriter writer, Topic topic)
    {
        writer.Error(topic.Error);
        writer.String(topic.Name);
        writer.Topic(topic.Id);
        writer.Boolean(topic.IsInternal);
        writer.List(topic.Partitions, WritePartition);
    }

    private static Topic ReadTopic(ref WireReader reader) =>
        new(
            reader.Error(),
            reader.String(),
            reader.Topic(),
            reader.Boolean(),
            reader.List(PartitionBytes, ReadPartition));

    private static void WritePartition(WireWriter writer, Partition partition)
    {
        writer.Error(partition.Error);
        writer.Int32(partition.Index);
        writer.Node(partition.Leader);
        writer.Epoch(partition.LeaderEpoch);
        writer.List(partition.Replicas, (items, node) => items.Node(node));
        writer.List(partition.Isr, (items, node) => items.Node(node));
    }

    private static Partition ReadPartition(ref WireReader reader) =>
        new(
            reader.Error(),
            reader.Int32(),
            reader.Node(),
            reader.Epoch(),
            reader.List(sizeof(int), (ref items) => items.Node()),
            reader.List(sizeof(int), (ref items) => items.Node()));
}
