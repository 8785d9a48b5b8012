using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>Every configuration of a topic, a group or a broker, and where each value comes from. Pure.</summary>
internal static class DescribedConfigs
{
    // Which broker settings say the same, so that a description of one shows the others.
    private static readonly Dictionary<string, ConfigDefinition> Families = TopicConfigs.All
        .SelectMany(definition => definition.BrokerSettings.Select(setting => (setting.Name, definition)))
        .ToDictionary(pair => pair.Name, pair => pair.definition);

    public static IEnumerable<DescribedConfig> OfTopic(
        MetadataImage image, NodeId node, string topic, TopicConfigDefaults defaults)
    {
        var own = image.ConfigsOf(ConfigResource.Topic(topic));
        return defaults.Values(image, node, topic)
            .Select(value => Of(value, defaults.Synonyms(image, node, topic, value.Definition)))
            .Concat(IgnoredTopicConfigs.All.Where(ignored => own.ContainsKey(ignored.Name))
                .Select(ignored => Of(ignored, own[ignored.Name])));
    }

    public static IEnumerable<DescribedConfig> OfGroup(MetadataImage image, string group, GroupSettings settings) =>
        GroupConfigs.Values(image, group, settings)
            .Select(value => Of(value, [new ConfigSynonym(value.Name, value.Text, value.Origin)]));

    public static IEnumerable<DescribedConfig> OfBroker(
        MetadataImage image, NodeId node, IReadOnlyList<BrokerConfigEntry> configs, TopicConfigDefaults defaults) =>
        configs.Select(config => Of(config, Synonyms(image, node, config, defaults)));

    /// <summary>What is set for all brokers, and only that.</summary>
    public static IEnumerable<DescribedConfig> OfAllBrokers(
        MetadataImage image, IReadOnlyList<BrokerConfigEntry> configs)
    {
        var shared = image.ConfigsOf(ConfigResource.AllBrokers);
        return configs.Where(config => shared.ContainsKey(config.Name)).Select(config => Of(
            config, [new ConfigSynonym(config.Name, shared[config.Name], ConfigSource.DynamicDefaultBrokerConfig)]));
    }

    private static DescribedConfig Of(ConfigValue value, IReadOnlyList<ConfigSynonym> synonyms) => new(
        value.Name, value.Text, value.Origin, value.Definition.Type, false, value.Definition.Documentation, synonyms);

    private static DescribedConfig Of(IgnoredConfig ignored, string value) => new(
        ignored.Name, value, ConfigSource.DynamicTopicConfig, ignored.Definition.Type, false,
        $"Has no effect here: {ignored.Reason}.",
        [new ConfigSynonym(ignored.Name, value, ConfigSource.DynamicTopicConfig)]);

    private static DescribedConfig Of(BrokerConfigEntry config, IReadOnlyList<ConfigSynonym> synonyms)
    {
        // A setting that others can stand for has the value given to itself, however it comes out among them.
        ConfigSynonym? holds = synonyms.FirstOrDefault(synonym => synonym.Name == config.Name);
        return new(
            config.Name,
            holds is null ? config.Value : holds.Text,
            holds?.Origin ?? ConfigSource.DefaultConfig,
            config.Type,
            !IsAlterable(config.Name),
            config.Documentation,
            synonyms);
    }

    private static ConfigSynonym[] Synonyms(
        MetadataImage image, NodeId node, BrokerConfigEntry config, TopicConfigDefaults defaults)
    {
        if (Families.TryGetValue(config.Name, out ConfigDefinition? definition))
        {
            // As in Kafka, what would hold before this one is not its synonym.
            return [.. defaults.BrokerSynonyms(image, node, definition).SkipWhile(one => one.Name != config.Name)];
        }

        ConfigSynonym[] byDefault = config.Default is null
            ? []
            : [new ConfigSynonym(config.Name, config.Default, ConfigSource.DefaultConfig)];
        return config.Value == config.Default
            ? byDefault
            : [new ConfigSynonym(config.Name, config.Value, ConfigSource.StaticBrokerConfig), .. byDefault];
    }

    private static bool IsAlterable(string name) => Families.TryGetValue(name, out ConfigDefinition? definition)
        && definition.BrokerSettings.Any(setting => setting.Name == name && setting.Factor == 1);
}
