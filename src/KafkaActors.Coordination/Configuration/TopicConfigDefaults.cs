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

    /// <summary>What the node's file says, by the broker's names and in their units.</summary>
    private readonly Dictionary<string, string> _settings = [];

    /// <param name="brokerSetting">The node's own setting of a name such as <c>log.retention.hours</c>, or
    /// null.</param>
    /// <exception cref="ArgumentException">A setting's value is not valid; the message names it.</exception>
    public TopicConfigDefaults(Func<string, string?> brokerSetting)
    {
        foreach (ConfigDefinition definition in TopicConfigs.All)
            foreach (BrokerSetting setting in definition.BrokerSettings)
            {
                if (brokerSetting(setting.Name) is not { } text) continue;
                _settings[setting.Name] = text;
                _static.TryAdd(definition.Name, Convert(definition, setting, text));
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

    /// <summary>
    /// Every value that a level gives a topic's configuration, the one that holds first, under the level's name.
    /// </summary>
    public IReadOnlyList<ConfigSynonym> Synonyms(
        MetadataImage image, NodeId node, string topic, ConfigDefinition definition)
    {
        var broker = BrokerSynonyms(image, node, definition);
        return image.ConfigsOf(ConfigResource.Topic(topic)).TryGetValue(definition.Name, out string? text)
            ? [new ConfigSynonym(definition.Name, text, ConfigSource.DynamicTopicConfig), .. broker]
            : broker;
    }

    /// <summary>The same for the broker's settings behind a topic's configuration.</summary>
    public IReadOnlyList<ConfigSynonym> BrokerSynonyms(MetadataImage image, NodeId node, ConfigDefinition definition)
    {
        IReadOnlyList<BrokerSetting> settings = definition.BrokerSettings;
        var own = image.ConfigsOf(new ConfigResource(ConfigResourceType.Broker, node.ToString()));
        var shared = image.ConfigsOf(ConfigResource.AllBrokers);
        // The default is that of the coarsest setting; the finer ones have none.
        BrokerSetting last = settings[^1];
        string byDefault = last.Factor == 1
            ? definition.Default
            : (long.Parse(definition.Default, CultureInfo.InvariantCulture) / last.Factor)
                .ToString(CultureInfo.InvariantCulture);
        bool isCommitted = TopicConfigs.IsCommitted(definition.Name);
        return
        [
            .. isCommitted ? [] : Given(own, ConfigSource.DynamicBrokerConfig),
            .. Given(shared, ConfigSource.DynamicDefaultBrokerConfig),
            .. isCommitted ? [] : Given(_settings, ConfigSource.StaticBrokerConfig),
            new ConfigSynonym(last.Name, byDefault, ConfigSource.DefaultConfig),
        ];

        IEnumerable<ConfigSynonym> Given(IReadOnlyDictionary<string, string> level, ConfigSource origin) =>
            settings.Where(setting => level.ContainsKey(setting.Name))
                .Select(setting => new ConfigSynonym(setting.Name, level[setting.Name], origin));
    }

    /// <summary>What a new cluster begins with of a configuration that is committed metadata alone.</summary>
    public string FirstCommitted(string name) => _static.GetValueOrDefault(name, TopicConfigs.Find(name)!.Default);

    private ConfigValue Value(MetadataImage image, NodeId node, string topic, ConfigDefinition definition)
    {
        if (TopicConfigs.IsCommitted(definition.Name))
            return TopicConfigs.CommittedValue(image, topic, definition.Name);
        if (image.ConfigsOf(ConfigResource.Topic(topic)).TryGetValue(definition.Name, out string? text))
            return new ConfigValue(definition, text, ConfigSource.DynamicTopicConfig);
        var broker = new ConfigResource(ConfigResourceType.Broker, node.ToString());
        if (Dynamic(image, broker, definition) is { } own)
            return new ConfigValue(definition, own, ConfigSource.DynamicBrokerConfig);
        if (Dynamic(image, ConfigResource.AllBrokers, definition) is { } shared)
            return new ConfigValue(definition, shared, ConfigSource.DynamicDefaultBrokerConfig);
        return _static.TryGetValue(definition.Name, out text)
            ? new ConfigValue(definition, text, ConfigSource.StaticBrokerConfig)
            : new ConfigValue(definition, definition.Default, ConfigSource.DefaultConfig);
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
