using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The changes of <see cref="ControllerProtocol"/> on the wire, after the version byte; the parts stand at
/// <see cref="NodeWire"/>.
/// <code>
/// ct CreateTopics    int64 id, boolean validate only, list of (string name, int32 partitions,
///                    int16 replication factor, assignment, list of (string name, string value) config)
/// cd DeleteTopics    int64 id, list of string topic
/// cn AddPartitions   int64 id, boolean validate only, list of (string topic, int32 count, assignment)
/// ca AlterConfigs    int64 id, boolean validate only,
///                    list of (resource, list of (string name, byte operation, string? value))
/// cw UnregisterBroker
///                    int64 id, int32 node
/// cT TopicsChanged   int64 id, int64 offset, list of (string topic, uuid topic id, int16 error, string? message)
/// cK ConfigsAltered  int64 id, int64 offset, list of (resource, int16 error, string? message)
///    assignment      list of list of int32 node
///    resource        byte type, string name
/// </code>
/// </summary>
internal static class AdminLayouts
{
    private const int NewTopicBytes = (4 * sizeof(int)) + sizeof(short);
    private const int NewPartitionsBytes = 3 * sizeof(int);
    private const int ResourceBytes = sizeof(byte) + sizeof(int);
    private const int ConfigChangeBytes = sizeof(byte) + (2 * sizeof(int));
    private const int ResultBytes = sizeof(short) + sizeof(int);
    private const int TopicResultBytes = sizeof(int) + TopicId.Size + ResultBytes;

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<CreateTopics>("ct", WriteCreateTopics, ReadCreateTopics),
        MessageLayout.Of<DeleteTopics>(
            "cd",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.List(message.Topics, static (items, topic) => items.String(topic));
            },
            (ref reader) => new DeleteTopics(
                reader.Int64(), reader.List(sizeof(int), static (ref items) => items.String()))),
        MessageLayout.Of<AddPartitions>("cn", WriteAddPartitions, ReadAddPartitions),
        MessageLayout.Of<AlterConfigs>("ca", WriteAlterConfigs, ReadAlterConfigs),
        MessageLayout.Of<UnregisterBroker>(
            "cw",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Node(message.Node);
            },
            (ref reader) => new UnregisterBroker(reader.Int64(), reader.Node())),
        MessageLayout.Of<TopicsChanged>("cT", WriteTopicsChanged, ReadTopicsChanged),
        MessageLayout.Of<ConfigsAltered>("cK", WriteConfigsAltered, ReadConfigsAltered),
    ];

    private static void WriteCreateTopics(WireWriter writer, CreateTopics message)
    {
        writer.Int64(message.Id);
        writer.Boolean(message.ValidateOnly);
        writer.List(message.Topics, static (items, topic) =>
        {
            items.String(topic.Name);
            items.Int32(topic.Partitions);
            items.Int16(topic.ReplicationFactor);
            WriteAssignment(items, topic.Assignment);
            items.List(topic.Configs, static (configs, config) =>
            {
                configs.String(config.Key);
                configs.String(config.Value);
            });
        });
    }

    private static CreateTopics ReadCreateTopics(ref WireReader reader)
    {
        (long id, bool validateOnly) = (reader.Int64(), reader.Boolean());
        return new CreateTopics(id, reader.List(NewTopicBytes, ReadNewTopic), validateOnly);
    }

    private static NewTopic ReadNewTopic(ref WireReader reader) =>
        new(reader.String(), reader.Int32(), reader.Int16(), ReadAssignment(ref reader), ReadConfigs(ref reader));

    private static Dictionary<string, string> ReadConfigs(ref WireReader reader)
    {
        KeyValuePair<string, string>[] entries = reader.List(
            2 * sizeof(int), static (ref items) => KeyValuePair.Create(items.String(), items.String()));
        var configs = new Dictionary<string, string>(entries.Length);
        foreach ((string name, string value) in entries) configs[name] = value;
        return configs;
    }

    private static void WriteAddPartitions(WireWriter writer, AddPartitions message)
    {
        writer.Int64(message.Id);
        writer.Boolean(message.ValidateOnly);
        writer.List(message.Topics, static (items, topic) =>
        {
            items.String(topic.Topic);
            items.Int32(topic.Count);
            WriteAssignment(items, topic.Assignment);
        });
    }

    private static AddPartitions ReadAddPartitions(ref WireReader reader)
    {
        (long id, bool validateOnly) = (reader.Int64(), reader.Boolean());
        NewPartitions[] topics = reader.List(NewPartitionsBytes, static (ref items) =>
            new NewPartitions(items.String(), items.Int32(), ReadAssignment(ref items)));
        return new AddPartitions(id, topics, validateOnly);
    }

    private static void WriteAlterConfigs(WireWriter writer, AlterConfigs message)
    {
        writer.Int64(message.Id);
        writer.Boolean(message.ValidateOnly);
        writer.List(message.Resources, static (items, change) =>
        {
            WriteResource(items, change.Resource);
            items.List(change.Changes, static (changes, config) =>
            {
                changes.String(config.Name);
                changes.Int8((sbyte)config.Operation);
                changes.NullableString(config.Value);
            });
        });
    }

    private static AlterConfigs ReadAlterConfigs(ref WireReader reader)
    {
        (long id, bool validateOnly) = (reader.Int64(), reader.Boolean());
        ResourceChangeRequest[] resources = reader.List(ResourceBytes + sizeof(int), static (ref items) =>
            new ResourceChangeRequest(ReadResource(ref items), ReadChanges(ref items)));
        return new AlterConfigs(id, resources, validateOnly);
    }

    private static ConfigChangeRequest[] ReadChanges(ref WireReader reader) => reader.List(
        ConfigChangeBytes,
        static (ref items) =>
            new ConfigChangeRequest(items.String(), (ConfigOperation)items.Int8(), items.NullableString()));

    private static void WriteTopicsChanged(WireWriter writer, TopicsChanged message)
    {
        writer.Int64(message.Id);
        writer.Offset(message.Offset);
        writer.List(message.Topics, static (items, topic) =>
        {
            items.String(topic.Topic);
            items.Topic(topic.Id);
            items.Error(topic.Error);
            items.NullableString(topic.Message);
        });
    }

    private static TopicsChanged ReadTopicsChanged(ref WireReader reader)
    {
        (long id, MetadataOffset offset) = (reader.Int64(), reader.Offset());
        TopicResult[] topics = reader.List(TopicResultBytes, static (ref items) =>
            new TopicResult(items.String(), items.Topic(), items.Error(), items.NullableString()));
        return new TopicsChanged(id, topics, offset);
    }

    private static void WriteConfigsAltered(WireWriter writer, ConfigsAltered message)
    {
        writer.Int64(message.Id);
        writer.Offset(message.Offset);
        writer.List(message.Resources, static (items, result) =>
        {
            WriteResource(items, result.Resource);
            items.Error(result.Error);
            items.NullableString(result.Message);
        });
    }

    private static ConfigsAltered ReadConfigsAltered(ref WireReader reader)
    {
        (long id, MetadataOffset offset) = (reader.Int64(), reader.Offset());
        ResourceResult[] resources = reader.List(ResourceBytes + ResultBytes, static (ref items) =>
            new ResourceResult(ReadResource(ref items), items.Error(), items.NullableString()));
        return new ConfigsAltered(id, resources, offset);
    }

    private static void WriteAssignment(WireWriter writer, IReadOnlyList<IReadOnlyList<NodeId>> assignment) =>
        writer.List(assignment, static (items, replicas) =>
            items.List(replicas, static (nodes, node) => nodes.Node(node)));

    private static NodeId[][] ReadAssignment(ref WireReader reader) => reader.List(
        sizeof(int), static (ref items) => items.List(sizeof(int), static (ref nodes) => nodes.Node()));

    private static void WriteResource(WireWriter writer, ConfigResource resource)
    {
        writer.Int8((sbyte)resource.Type);
        writer.String(resource.Name);
    }

    private static ConfigResource ReadResource(ref WireReader reader) =>
        new((ConfigResourceType)reader.Int8(), reader.String());
}
