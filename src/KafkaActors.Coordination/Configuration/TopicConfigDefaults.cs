using System.Globalization;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// Finds the value that holds for a topic, in Kafka's order: the topic's own, the broker's dynamic one, the dynamic
/// default of all brokers, the broker's file, Kafka's default. One per node; its file's settings do not change.
/// </summary>
public sealed class TopicConfigDefaults
{
    private readonly Dictionary<string, string> _static = [];

    /// <param name="brokerSetting">The node's own setting of a name such as <c>log.retention.hours</c>, or
    /// null.</param>
    /// <exception cref="ArgumentException">A setting's value is not valid; the message names it.</exception>
    public TopicConfigDefaults(Func<string, string?> brokerSetting)
    {
        foreach (ConfigDefinition definition in TopicConfigs.All)
            foreach (BrokerSetting setting in definition.BrokerSettings)
            {
                if (_static.ContainsKey(definition.Name) || brokerSetting(setting.Name) is not { } text) continue;
                _static.Add(definition.Name, Convert(definition, setting, text));
            }
    }

    /// <summary>A node whose file sets nothing.</summary>
    public static TopicConfigDefaults Kafka { get; } = new(_ => null);

    public ConfigValue Value(MetadataImage image, NodeId node, string topic, string name)
    {
        ConfigDefinition definition = TopicConfigs.Find(name) ?? throw new ArgumentException(name, nameof(name));
        return Value(image, node, topic, definition);
    }

    /// <summary>Every configuration of a topic, by name.</summary>
    public IReadOnlyList<ConfigValue> Values(MetadataImage image, NodeId node, string topic) =>
        [.. TopicConfigs.All.Select(definition => Value(image, node, topic, definition))];

    private ConfigValue Value(MetadataImage image, NodeId node, string topic, ConfigDefinition definition)
    {
        if (image.ConfigsOf(ConfigResource.Topic(topic)).TryGetValue(definition.Name, out string? text))
            return new ConfigValue(definition, text, ConfigOrigin.DynamicTopic);
        var broker = new ConfigResource(ConfigResourceType.Broker, node.ToString());
        if (Dynamic(image, broker, definition) is { } own)
            return new ConfigValue(definition, own, ConfigOrigin.DynamicBroker);
        if (Dynamic(image, ConfigResource.AllBrokers, definition) is { } shared)
            return new ConfigValue(definition, shared, ConfigOrigin.DynamicDefaultBroker);
        return _static.TryGetValue(definition.Name, out text)
            ? new ConfigValue(definition, text, ConfigOrigin.StaticBroker)
            : new ConfigValue(definition, definition.Default, ConfigOrigin.Default);
    }

    private static string? Dynamic(MetadataImage image, ConfigResource resource, ConfigDefinition definition)
    {
        var configs = image.ConfigsOf(resource);
        foreach (BrokerSetting setting in definition.BrokerSettings)
            if (configs.TryGetValue(setting.Name, out string? text)) return Convert(definition, setting, text);
        return null;
    }

    // So many hours that their milliseconds do not fit are for ever.
    private static long Product(long number, long factor) =>
        number < 0 ? -1 : number > long.MaxValue / factor ? long.MaxValue : number * factor;

    private static string Convert(ConfigDefinition definition, BrokerSetting setting, string text)
    {
        string converted = text;
        if (setting.Factor != 1)
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
                throw new ArgumentException($"{setting.Name} = {text} is not a whole number.");
            converted = Product(number, setting.Factor).ToString(CultureInfo.InvariantCulture);
        }

        return definition.TryRead(converted, out string? value, out string? fault)
            ? value
            : throw new ArgumentException($"{setting.Name} = {text}: {fault}");
    }
}
