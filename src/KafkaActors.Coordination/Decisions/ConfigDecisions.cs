using System.Globalization;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Incremental changes of configuration (KIP-339). A topic takes every name of <see cref="TopicConfigs"/>; a broker,
/// or all of them, takes the settings that give those their defaults.
/// </summary>
public static class ConfigDecisions
{
    private static readonly Dictionary<string, ConfigDefinition> BrokerNames = TopicConfigs.All
        .SelectMany(definition => definition.BrokerSettings.Where(setting => setting.Factor == 1)
            .Select(setting => (setting.Name, definition)))
        .ToDictionary(pair => pair.Name, pair => pair.definition);

    public static Decision<IReadOnlyList<ResourceResult>> Alter(
        MetadataImage image, IReadOnlyList<ResourceChangeRequest> resources)
    {
        var events = new List<MetadataEvent>();
        var results = new List<ResourceResult>(resources.Count);
        var seen = resources.CountBy(resource => resource.Resource).ToDictionary();
        foreach (ResourceChangeRequest request in resources)
        {
            var changes = new List<MetadataEvent>();
            (ErrorCode error, string? message) = seen[request.Resource] > 1
                ? (ErrorCode.InvalidRequest, "The resource is named twice in the request.")
                : ResourceFault(image, request.Resource) ?? AlterOne(image, request, changes);
            if (error == ErrorCode.None) events.AddRange(changes);
            results.Add(new ResourceResult(request.Resource, error, message));
        }

        return new(events, results);
    }

    private static (ErrorCode Error, string? Message)? ResourceFault(MetadataImage image, ConfigResource resource)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                return image.Topic(resource.Name) is null
                    ? (ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist.")
                    : null;
            case ConfigResourceType.Broker:
                return resource.Name.Length > 0
                    && !int.TryParse(resource.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                    ? (ErrorCode.InvalidRequest, $"\"{resource.Name}\" is no node id.")
                    : null;
            default:
                return (ErrorCode.InvalidRequest, $"Resources of type {resource.Type} have no configuration.");
        }
    }

    private static (ErrorCode Error, string? Message) AlterOne(
        MetadataImage image, ResourceChangeRequest request, List<MetadataEvent> events)
    {
        var before = image.ConfigsOf(request.Resource);
        var names = new HashSet<string>();
        foreach (ConfigChangeRequest change in request.Changes)
        {
            if (!names.Add(change.Name)) return (ErrorCode.InvalidRequest, $"{change.Name} is changed twice.");
            string? current = before.GetValueOrDefault(change.Name);
            ConfigDefinition? definition = Find(request.Resource, change.Name);
            string? value = null;
            if (change.Operation == ConfigOperation.Delete)
            {
                // A name that a later version dropped can still be taken away.
                if (definition is null && current is null) return Unknown(request.Resource, change.Name);
            }
            else
            {
                if (definition is null) return Unknown(request.Resource, change.Name);
                if (change.Value is null) return (ErrorCode.InvalidRequest, $"{change.Name} is set to no value.");
                if (change.Operation is ConfigOperation.Append or ConfigOperation.Subtract
                    && definition.Type != ConfigType.List)
                    return (ErrorCode.InvalidConfig,
                        $"{change.Operation} needs a list, and {change.Name} is none.");
                value = NewValue(change, current ?? definition.Default);
                if (definition.Fault(value) is { } fault) return (ErrorCode.InvalidConfig, fault);
            }

            if (value != current) events.Add(new MetadataEvent.ConfigChanged(request.Resource, change.Name, value));
        }

        return (ErrorCode.None, null);
    }

    private static ConfigDefinition? Find(ConfigResource resource, string name) =>
        resource.Type == ConfigResourceType.Topic ? TopicConfigs.Find(name) : BrokerNames.GetValueOrDefault(name);

    private static (ErrorCode Error, string? Message) Unknown(ConfigResource resource, string name) =>
        (ErrorCode.InvalidConfig, resource.Type == ConfigResourceType.Topic
            ? $"Unknown topic config name: {name}"
            : $"Unknown or unchangeable broker config name: {name}");

    private static string NewValue(ConfigChangeRequest change, string current)
    {
        string[] elements = ConfigDefinition.Elements(change.Value!);
        string[] before = ConfigDefinition.Elements(current);
        return change.Operation switch
        {
            ConfigOperation.Append => string.Join(',', before.Union(elements)),
            ConfigOperation.Subtract => string.Join(',', before.Except(elements)),
            _ => change.Value!,
        };
    }
}
