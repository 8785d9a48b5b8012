using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// The configurations of one resource as this node describes it to whoever asks, or why it has none. Pure; reads the
/// image and the node's own settings.
/// </summary>
internal sealed record ResourceConfigs(ErrorCode Error, string? Message, IReadOnlyList<DescribedConfig> Configs)
{
    /// <param name="keys">Null or empty for every key.</param>
    public static ResourceConfigs Of(
        NodeServices services, sbyte type, string name, IReadOnlyList<string>? keys)
    {
        if (ResourceNames.Fault(type) is { } unknown) return Refuse(ErrorCode.InvalidRequest, unknown);
        return (ConfigResourceType)type switch
        {
            ConfigResourceType.Topic => Topic(services, name, keys),
            ConfigResourceType.Group => Group(services, name, keys),
            _ => Broker(services, name, keys),
        };
    }

    private static ResourceConfigs Topic(NodeServices services, string name, IReadOnlyList<string>? keys)
    {
        MetadataImage image = services.Image;
        if (image.Topic(name) is not null)
            return Answer(DescribedConfigs.OfTopic(image, services.Node, name, services.TopicDefaults), keys);
        return TopicName.Fault(name) is { } fault
            ? Refuse(ErrorCode.InvalidTopicException, fault)
            : Refuse(ErrorCode.UnknownTopicOrPartition, $"Topic {name} does not exist.");
    }

    private static ResourceConfigs Group(NodeServices services, string name, IReadOnlyList<string>? keys) =>
        name.Length == 0
            ? Refuse(ErrorCode.InvalidRequest, "A group is needed: there is no default of all groups.")
            : Answer(DescribedConfigs.OfGroup(services.Image, name, services.Groups), keys);

    private static ResourceConfigs Broker(NodeServices services, string name, IReadOnlyList<string>? keys)
    {
        MetadataImage image = services.Image;
        IReadOnlyList<BrokerConfigEntry> configs = services.BrokerConfigs;
        if (name.Length == 0) return Answer(DescribedConfigs.OfAllBrokers(image, configs), keys);
        return name == services.Node.ToString()
            ? Answer(DescribedConfigs.OfBroker(image, services.Node, configs, services.TopicDefaults), keys)
            : Refuse(ErrorCode.InvalidRequest, $"This is node {services.Node}; ask node {name}.");
    }

    private static ResourceConfigs Answer(IEnumerable<DescribedConfig> configs, IReadOnlyList<string>? keys) => new(
        ErrorCode.None,
        null,
        [.. configs.Where(config => keys is null || keys.Count == 0 || keys.Contains(config.Name))]);

    private static ResourceConfigs Refuse(ErrorCode error, string message) => new(error, message, []);
}
