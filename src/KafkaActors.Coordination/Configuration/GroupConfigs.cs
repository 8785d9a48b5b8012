using System.Globalization;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// Every group configuration that is honoured (resource type GROUP, KIP-848): what may be set for one group, what is
/// described, and what holds for it. Names, defaults and bounds are Kafka's.
/// </summary>
public static class GroupConfigs
{
    public const string ConsumerHeartbeatIntervalMs = "consumer.heartbeat.interval.ms";
    public const string ConsumerSessionTimeoutMs = "consumer.session.timeout.ms";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<ConfigDefinition> All { get; } =
    [
        new(
            ConsumerHeartbeatIntervalMs, ConfigType.Int, "5000", [new("group.consumer.heartbeat.interval.ms", 1)],
            1, null, [], "How often a member of the consumer protocol is to send heartbeats."),
        new(
            ConsumerSessionTimeoutMs, ConfigType.Int, "45000", [new("group.consumer.session.timeout.ms", 1)],
            1, null, [], "How long after its last heartbeat a member of the consumer protocol is given up."),
    ];

    public static ConfigDefinition? Find(string name) =>
        All.FirstOrDefault(definition => definition.Name == name);

    /// <summary>What holds for a group: its own configuration, else the broker's settings.</summary>
    public static GroupConfig Of(MetadataImage image, string groupId, GroupSettings settings)
    {
        var own = image.ConfigsOf(ConfigResource.Group(groupId));
        return new GroupConfig(
            Duration(own, ConsumerSessionTimeoutMs) ?? settings.ConsumerSessionTimeout,
            Duration(own, ConsumerHeartbeatIntervalMs) ?? settings.ConsumerHeartbeatInterval);
    }

    /// <summary>Every configuration of a group, by name, whether or not there is such a group.</summary>
    public static IReadOnlyList<ConfigValue> Values(MetadataImage image, string groupId, GroupSettings settings)
    {
        GroupConfig holds = Of(image, groupId, settings);
        var own = image.ConfigsOf(ConfigResource.Group(groupId));
        return [.. All.Select(definition => new ConfigValue(
            definition,
            Text(definition.Name == ConsumerSessionTimeoutMs
                ? holds.ConsumerSessionTimeout : holds.ConsumerHeartbeatInterval),
            own.ContainsKey(definition.Name) ? ConfigSource.GroupConfig : ConfigSource.DefaultConfig))];
    }

    /// <summary>Whether a group may have these: within the broker's bounds, and heartbeats within a session.</summary>
    /// <param name="own">Everything that is set for the group, each value valid by itself.</param>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public static string? Fault(IReadOnlyDictionary<string, string> own, GroupSettings settings)
    {
        TimeSpan session = Duration(own, ConsumerSessionTimeoutMs) ?? settings.ConsumerSessionTimeout;
        TimeSpan heartbeat = Duration(own, ConsumerHeartbeatIntervalMs) ?? settings.ConsumerHeartbeatInterval;
        return Outside(
                own, ConsumerHeartbeatIntervalMs, "group.consumer", "heartbeat.interval.ms",
                settings.ConsumerMinHeartbeatInterval, settings.ConsumerMaxHeartbeatInterval)
            ?? Outside(
                own, ConsumerSessionTimeoutMs, "group.consumer", "session.timeout.ms",
                settings.ConsumerMinSessionTimeout, settings.ConsumerMaxSessionTimeout)
            ?? (session > heartbeat ? null
                : $"{ConsumerSessionTimeoutMs} ({Text(session)}) must be greater than {ConsumerHeartbeatIntervalMs} "
                    + $"({Text(heartbeat)}).");
    }

    // What is not set for the group is the broker's own, which the node's start has checked.
    private static string? Outside(
        IReadOnlyDictionary<string, string> own, string name, string family, string key, TimeSpan least, TimeSpan most)
    {
        if (Duration(own, name) is not { } value) return null;
        return value < least
            ? $"{name} must be greater than or equal to {family}.min.{key} ({Text(least)})."
            : value > most
                ? $"{name} must be less than or equal to {family}.max.{key} ({Text(most)})."
                : null;
    }

    private static TimeSpan? Duration(IReadOnlyDictionary<string, string> configs, string name) =>
        configs.TryGetValue(name, out string? text)
            ? TimeSpan.FromMilliseconds(long.Parse(text, CultureInfo.InvariantCulture))
            : null;

    private static string Text(TimeSpan duration) =>
        (duration.Ticks / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture);
}
