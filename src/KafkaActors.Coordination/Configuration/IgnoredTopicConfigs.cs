using System.Globalization;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// Topic configurations of Kafka's, of any version that tools still set, that this broker does not follow. They are
/// stored and shown, so that a tool that set one finds it, with a warning in the node's log; a value that cannot be
/// ignored without harm is refused.
/// </summary>
public static class IgnoredTopicConfigs
{
    private const string NotTiered = "there is no tiered storage";
    private const string NotThrottled = "replication is not throttled by partition";
    private const string OwnLevel = "what the broker compresses itself it does at the codec's own level";

    private static readonly string Forever = long.MaxValue.ToString(CultureInfo.InvariantCulture);

    public static IReadOnlyList<IgnoredConfig> All { get; } =
    [
        new(Number("compression.gzip.level", ConfigType.Int, "-1", -1, 9), OwnLevel),
        new(Number("compression.lz4.level", ConfigType.Int, "9", 1, 17), OwnLevel),
        new(Number("compression.zstd.level", ConfigType.Int, "3", -131072, 22), OwnLevel),
        new(Text("follower.replication.throttled.replicas", ConfigType.List), NotThrottled),
        new(Text("leader.replication.throttled.replicas", ConfigType.List), NotThrottled),
        new(Number("local.retention.bytes", ConfigType.Long, "-2", -2, null), NotTiered),
        new(Number("local.retention.ms", ConfigType.Long, "-2", -2, null), NotTiered),
        new(Switch("message.downconversion.enable", "true"), "no batch is ever converted"),
        new(Text("message.format.version", ConfigType.String), "batches are always of version 2"),
        new(
            Number("message.timestamp.difference.max.ms", ConfigType.Long, Forever, 0, null),
            "message.timestamp.before.max.ms and message.timestamp.after.max.ms took its place", Forever),
        new(Switch("remote.log.copy.disable", "false"), NotTiered),
        new(Switch("remote.log.delete.on.disable", "false"), NotTiered),
        new(Switch("remote.storage.enable", "false"), NotTiered, "false"),
    ];

    private static readonly Dictionary<string, IgnoredConfig> ByName = All.ToDictionary(config => config.Name);

    public static IgnoredConfig? Find(string name) => ByName.GetValueOrDefault(name);

    private static ConfigDefinition Number(
        string name, ConfigType type, string value, double least, double? greatest) =>
        new(name, type, value, [], least, greatest, [], "");

    private static ConfigDefinition Switch(string name, string value) =>
        new(name, ConfigType.Boolean, value, [], null, null, [], "");

    private static ConfigDefinition Text(string name, ConfigType type) => new(name, type, "", [], null, null, [], "");
}
