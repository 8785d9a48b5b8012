using KafkaActors.Protocol;
using static KafkaActors.Messages.AdminProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// The topics' part of <see cref="AdminProtocol"/> on the wire, after the version byte; primitives as in
/// <see cref="WireReader"/>.
/// <code>
/// at CreateTopics     int64 correlation id, list of (string name, int32 partitions, int16 replication factor,
///                     assignment, list of (string name, string value) config), duration timeout, boolean validate
/// ad DeleteTopics     int64 correlation id, list of string topic, duration timeout
/// ap CreatePartitions int64 correlation id, list of (string topic, int32 count, assignment),
///                     duration timeout, boolean validate
///    assignment       list of list of int32 node
/// aT TopicsChanged    int64 correlation id, list of (string topic, topic id, int16 error, string? message)
/// ar DeleteRecords    int64 correlation id, list of (partition, int64 before offset), duration timeout
/// aR RecordsDeleted   int64 correlation id, list of (partition, int16 error, int64 log start offset)
/// </code>
/// </summary>
internal static class TopicAdminLayouts
{
    private const int PartitionBytes = TopicId.Size + sizeof(int);
    private const int NewTopicBytes = (4 * sizeof(int)) + sizeof(short);
    private const int NewPartitionsBytes = 3 * sizeof(int);
    private const int TopicResultBytes = (2 * sizeof(int)) + TopicId.Size + sizeof(short);

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<CreateTopics>("at", WriteCreateTopics, ReadCreateTopics),
        MessageLayout.Of<DeleteTopics>(
            "ad",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.List(message.Topics, (items, topic) => items.String(topic));
                writer.Duration(message.Timeout);
            },
            (ref reader) => new DeleteTopics(
                reader.Int64(), reader.List(sizeof(int), (ref items) => items.String()), reader.Duration())),
        MessageLayout.Of<CreatePartitions>("ap", WriteCreatePartitions, ReadCreatePartitions),
        MessageLayout.Of<TopicsChanged>("aT", WriteTopicsChanged, ReadTopicsChanged),
        MessageLayout.Of<DeleteRecords>("ar", WriteDeleteRecords, ReadDeleteRecords),
        MessageLayout.Of<RecordsDeleted>("aR", WriteRecordsDeleted, ReadRecordsDeleted),
    ];

    private static void WriteCreateTopics(WireWriter writer, CreateTopics message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Topics, (items, topic) =>
        {
            items.String(topic.Name);
            items.Int32(topic.Partitions);
            items.Int16(topic.ReplicationFactor);
            WriteAssignment(items, topic.Assignment);
            items.List(topic.Configs, (configs, config) =>
            {
                configs.String(config.Key);
                configs.String(config.Value);
            });
        });
        writer.Duration(message.Timeout);
        writer.Boolean(message.ValidateOnly);
    }

    private static CreateTopics ReadCreateTopics(ref WireReader reader) =>
        new(reader.Int64(), reader.List(NewTopicBytes, ReadNewTopic), reader.Duration(), reader.Boolean());

    private static NewTopic ReadNewTopic(ref WireReader reader) =>
        new(reader.String(), reader.Int32(), reader.Int16(), ReadAssignment(ref reader), ReadConfigs(ref reader));

    private static Dictionary<string, string> ReadConfigs(ref WireReader reader)
    {
        KeyValuePair<string, string>[] entries = reader.List(
            2 * sizeof(int), (ref items) => KeyValuePair.Create(items.String(), items.String()));
        var configs = new Dictionary<string, string>(entries.Length);
        foreach ((string name, string value) in entries) configs[name] = value;
        return configs;
    }

    private static void WriteCreatePartitions(WireWriter writer, CreatePartitions message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Topics, (items, topic) =>
        {
            items.String(topic.Topic);
            items.Int32(topic.Count);
            WriteAssignment(items, topic.Assignment);
        });
        writer.Duration(message.Timeout);
        writer.Boolean(message.ValidateOnly);
    }

    private static CreatePartitions ReadCreatePartitions(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(NewPartitionsBytes, (ref items) =>
                new NewPartitions(items.String(), items.Int32(), ReadAssignment(ref items))),
            reader.Duration(),
            reader.Boolean());

    private static void WriteAssignment(WireWriter writer, IReadOnlyList<IReadOnlyList<NodeId>> assignment) =>
        writer.List(assignment, (items, replicas) => items.List(replicas, (nodes, node) => nodes.Node(node)));

    private static NodeId[][] ReadAssignment(ref WireReader reader) =>
        reader.List(sizeof(int), (ref items) => items.List(sizeof(int), (ref nodes) => nodes.Node()));

    private static void WriteTopicsChanged(WireWriter writer, TopicsChanged message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Topics, (items, topic) =>
        {
            items.String(topic.Topic);
            items.Topic(topic.Id);
            items.Error(topic.Error);
            items.NullableString(topic.Message);
        });
    }

    private static TopicsChanged ReadTopicsChanged(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(TopicResultBytes, (ref items) =>
                new TopicResult(items.String(), items.Topic(), items.Error(), items.NullableString())));

    private static void WriteDeleteRecords(WireWriter writer, DeleteRecords message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Partitions, (items, partition) =>
        {
            items.Partition(partition.Partition);
            items.Int64(partition.BeforeOffset);
        });
        writer.Duration(message.Timeout);
    }

    private static DeleteRecords ReadDeleteRecords(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(PartitionBytes + sizeof(long), (ref items) =>
                new RecordsToDelete(items.Partition(), items.Int64())),
            reader.Duration());

    private static void WriteRecordsDeleted(WireWriter writer, RecordsDeleted message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Partitions, (items, partition) =>
        {
            items.Partition(partition.Partition);
            items.Error(partition.Error);
            items.Int64(partition.LogStartOffset);
        });
    }

    private static RecordsDeleted ReadRecordsDeleted(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(PartitionBytes + sizeof(short) + sizeof(long), (ref items) =>
                new LowWatermark(items.Partition(), items.Error(), items.Int64())));
}
