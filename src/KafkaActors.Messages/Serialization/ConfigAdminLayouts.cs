using static KafkaActors.Messages.AdminProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// The configurations' part of <see cref="AdminProtocol"/> on the wire, after the version byte; primitives as in
/// <see cref="WireReader"/>.
/// <code>
/// ac DescribeConfigs  int64 correlation id, list of resource, list? of string key
/// aC ConfigsDescribed int64 correlation id, list of (resource, int16 error, string? message, list of entry)
///    entry            string name, string? value, int8 source, boolean is read-only, string documentation
/// aa AlterConfigs     int64 correlation id, list of (resource, list of change), boolean validate only
///    change           string name, int8 operation, string? value
/// aA ConfigsAltered   int64 correlation id, list of (resource, int16 error, string? message)
///    resource         int8 type, string name
/// </code>
/// </summary>
internal static class ConfigAdminLayouts
{
    private const int ResourceBytes = sizeof(sbyte) + sizeof(int);
    private const int ResourceConfigsBytes = ResourceBytes + sizeof(short) + (2 * sizeof(int));
    private const int EntryBytes = (3 * sizeof(int)) + (2 * sizeof(byte));
    private const int ChangeBytes = (2 * sizeof(int)) + sizeof(sbyte);
    private const int ResourceResultBytes = ResourceBytes + sizeof(short) + sizeof(int);

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<DescribeConfigs>(
            "ac",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.List(message.Resources, WriteResource);
                writer.NullableList(message.Keys, (items, key) => items.String(key));
            },
            (ref reader) => new DescribeConfigs(
                reader.Int64(),
                reader.List(ResourceBytes, ReadResource),
                reader.NullableList(sizeof(int), (ref items) => items.String()))),
        MessageLayout.Of<ConfigsDescribed>(
            "aC",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.List(message.Resources, WriteResourceConfigs);
            },
            (ref reader) => new ConfigsDescribed(
                reader.Int64(), reader.List(ResourceConfigsBytes, ReadResourceConfigs))),
        MessageLayout.Of<AlterConfigs>("aa", WriteAlterConfigs, ReadAlterConfigs),
        MessageLayout.Of<ConfigsAltered>("aA", WriteConfigsAltered, ReadConfigsAltered),
    ];

    private static void WriteResource(WireWriter writer, Resource resource)
    {
        writer.Int8((sbyte)resource.Type);
        writer.String(resource.Name);
    }

    private static Resource ReadResource(ref WireReader reader) => new((ResourceType)reader.Int8(), reader.String());

    private static void WriteResourceConfigs(WireWriter writer, ResourceConfigs configs)
    {
        WriteResource(writer, configs.Resource);
        writer.Error(configs.Error);
        writer.NullableString(configs.Message);
        writer.List(configs.Entries, (items, entry) =>
        {
            items.String(entry.Name);
            items.NullableString(entry.Value);
            items.Int8((sbyte)entry.Source);
            items.Boolean(entry.IsReadOnly);
            items.String(entry.Documentation);
        });
    }

    private static ResourceConfigs ReadResourceConfigs(ref WireReader reader) =>
        new(
            ReadResource(ref reader),
            reader.Error(),
            reader.NullableString(),
            reader.List(EntryBytes, (ref items) => new ConfigEntry(
                items.String(),
                items.NullableString(),
                (ConfigSource)items.Int8(),
                items.Boolean(),
                items.String())));

    private static void WriteAlterConfigs(WireWriter writer, AlterConfigs message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Resources, (items, resource) =>
        {
            WriteResource(items, resource.Resource);
            items.List(resource.Changes, (changes, change) =>
            {
                changes.String(change.Name);
                changes.Int8((sbyte)change.Operation);
                changes.NullableString(change.Value);
            });
        });
        writer.Boolean(message.ValidateOnly);
    }

    private static AlterConfigs ReadAlterConfigs(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(ResourceBytes + sizeof(int), (ref items) => new ResourceChange(
                ReadResource(ref items),
                items.List(ChangeBytes, (ref changes) => new ConfigChange(
                    changes.String(), (ConfigOperation)changes.Int8(), changes.NullableString())))),
            reader.Boolean());

    private static void WriteConfigsAltered(WireWriter writer, ConfigsAltered message)
    {
        writer.Int64(message.CorrelationId);
        writer.List(message.Resources, (items, result) =>
        {
            WriteResource(items, result.Resource);
            items.Error(result.Error);
            items.NullableString(result.Message);
        });
    }

    private static ConfigsAltered ReadConfigsAltered(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.List(ResourceResultBytes, (ref items) =>
                new ResourceResult(ReadResource(ref items), items.Error(), items.NullableString())));
}
