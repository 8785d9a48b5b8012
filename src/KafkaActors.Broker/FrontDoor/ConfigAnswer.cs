using System.Globalization;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Describes the configuration that holds for topics, groups and this broker: every key, its value, and where it comes
/// from. Pure; reads the image and the node's own settings.
/// </summary>
internal static class ConfigAnswer
{
    public static AdminProtocol.ConfigsDescribed Of(FrontDoorServices services, AdminProtocol.DescribeConfigs request)
    {
        MetadataImage image = services.Image;
        return new(
            request.CorrelationId,
            [.. request.Resources.Select(resource => Resource(services, image, resource, request.Keys))]);
    }

    private static AdminProtocol.ResourceConfigs Resource(
        FrontDoorServices services,
        MetadataImage image,
        AdminProtocol.Resource resource,
        IReadOnlyList<string>? keys)
    {
        if (resource.Type == AdminProtocol.ResourceType.Topic)
        {
            return image.Topic(resource.Name) is null
                ? Refuse(resource, ErrorCode.UnknownTopicOrPartition, $"Topic {resource.Name} does not exist.")
                : Answer(
                    resource,
                    Entries(services.TopicDefaults.Values(image, services.Node, resource.Name)),
                    keys);
        }

        if (resource.Type == AdminProtocol.ResourceType.Group)
        {
            return resource.Name.Length == 0
                ? Refuse(resource, ErrorCode.InvalidRequest, "A group is needed: there is no default of all groups.")
                : Answer(resource, Entries(GroupConfigs.Values(image, resource.Name, services.Groups)), keys);
        }

        if (resource.Name.Length == 0) return Answer(resource, Defaults(image), keys);
        return resource.Name == services.Node.ToString()
            ? Answer(resource, Broker(services, image), keys)
            : Refuse(resource, ErrorCode.InvalidRequest, $"This is node {services.Node}; ask node {resource.Name}.");
    }

    private static IEnumerable<AdminProtocol.ConfigEntry> Entries(IReadOnlyList<ConfigValue> values) =>
        values.Select(value => new AdminProtocol.ConfigEntry(
            value.Name,
            value.Text,
            (AdminProtocol.ConfigSource)(byte)value.Origin,
            false,
            value.Definition.Documentation));

    private static IEnumerable<AdminProtocol.ConfigEntry> Defaults(MetadataImage image) =>
        image.ConfigsOf(ConfigResource.AllBrokers).Select(entry => new AdminProtocol.ConfigEntry(
            entry.Key, entry.Value, AdminProtocol.ConfigSource.DynamicDefaultBrokerConfig, false, ""));

    private static IEnumerable<AdminProtocol.ConfigEntry> Broker(FrontDoorServices services, MetadataImage image)
    {
        string node = services.Node.Value.ToString(CultureInfo.InvariantCulture);
        var own = image.ConfigsOf(new ConfigResource(ConfigResourceType.Broker, node));
        var shared = image.ConfigsOf(ConfigResource.AllBrokers);
        HashSet<string> dynamic =
            [.. TopicConfigs.All.SelectMany(definition => definition.BrokerSettings).Select(setting => setting.Name)];
        foreach (string name in services.BrokerSettings.Keys.Concat(own.Keys).Concat(shared.Keys).Distinct().Order())
        {
            (string? value, AdminProtocol.ConfigSource source) =
                own.TryGetValue(name, out string? text) ? (text, AdminProtocol.ConfigSource.DynamicBrokerConfig)
                : shared.TryGetValue(name, out text) ? (text, AdminProtocol.ConfigSource.DynamicDefaultBrokerConfig)
                : (services.BrokerSettings[name], AdminProtocol.ConfigSource.StaticBrokerConfig);
            yield return new AdminProtocol.ConfigEntry(name, value, source, !dynamic.Contains(name), "");
        }
    }

    private static AdminProtocol.ResourceConfigs Answer(
        AdminProtocol.Resource resource, IEnumerable<AdminProtocol.ConfigEntry> entries, IReadOnlyList<string>? keys) =>
        new(resource, ErrorCode.None, null, [.. entries.Where(entry => keys is null || keys.Contains(entry.Name))]);

    private static AdminProtocol.ResourceConfigs Refuse(
        AdminProtocol.Resource resource, ErrorCode error, string message) => new(resource, error, message, []);
}
