using System.Globalization;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Incremental changes of configuration (KIP-339). A topic takes every name of <see cref="TopicConfigs"/>, a group
/// every name of <see cref="GroupConfigs"/>; a broker, or all of them, takes the settings that give topics their
/// defaults.
/// What is stored is the one text of a value, whatever the client's had around it.
/// </summary>
public static class ConfigDecisions
{
    /// <summary>A cause names so many resources at most.</summary>
    private const int NamedInCause = 5;

    private static readonly Dictionary<string, ConfigDefinition> BrokerNames = TopicConfigs.All
        .SelectMany(definition => definition.BrokerSettings.Where(setting => setting.Factor == 1)
            .Select(setting => (setting.Name, definition)))
        .ToDictionary(pair => pair.Name, pair => pair.definition);

    public static Decision<IReadOnlyList<ResourceResult>> Alter(
        MetadataImage image, IReadOnlyList<ResourceChangeRequest> resources, ControllerPolicy policy)
    {
        var events = new List<MetadataEvent>();
        var results = new List<ResourceResult>(resources.Count);
        var seen = resources.CountBy(resource => resource.Resource).ToDictionary();
        long characters = 0;
        // One that is named twice is answered once.
        foreach (ResourceChangeRequest request in resources.DistinctBy(resource => resource.Resource))
        {
            var changes = new List<MetadataEvent>();
            (ErrorCode error, string? message) = seen[request.Resource] > 1
                ? (ErrorCode.InvalidRequest, "The resource is named twice in the request.")
                : ResourceFault(image, request.Resource, policy)
                    ?? AlterOne(image, request, changes)
                    ?? RuleFault(image.Apply(changes, image.Offset), request.Resource, policy)
                    ?? SizeFault(changes, ref characters)
                    ?? (ErrorCode.None, null);
            if (error == ErrorCode.None) events.AddRange(changes);
            results.Add(new ResourceResult(request.Resource, error, message));
        }

        PartitionRepair repair = Repair(image, events);
        return new([.. events, .. repair.Events], results)
        {
            Causes = events.Count == 0
                ? []
                :
                [
                    Cause.Of(
                        CauseKind.ConfigsChanged,
                        string.Join(", ", results.Where(result => result.Error == ErrorCode.None)
                            .Select(result => result.Resource.ToString()).Take(NamedInCause)),
                        [("changes", events.Count), .. repair.Numbers]),
                ],
        };
    }

    /// <summary>
    /// What other settings by which leaders are elected change at once, in the same entry: eligible leaders are only
    /// good under the minimum that they were kept for, and a partition without a leader may have one now.
    /// </summary>
    private static PartitionRepair Repair(MetadataImage image, List<MetadataEvent> changes)
    {
        var repair = new PartitionRepair(image.Apply(changes, image.Offset), _ => true);
        ConfigResource[] changed = [.. changes.OfType<MetadataEvent.ConfigChanged>()
            .Where(change => TopicConfigs.IsCommitted(change.Name)).Select(change => change.Resource).Distinct()];
        if (changed.Contains(ConfigResource.AllBrokers)) return repair.All();
        foreach (ConfigResource resource in changed)
            if (resource.Type == ConfigResourceType.Topic && image.Topic(resource.Name) is { } topic)
                repair.Topic(topic);
        return repair;
    }

    private static (ErrorCode Error, string? Message)? SizeFault(List<MetadataEvent> changes, ref long characters)
    {
        long more = ConfigChangeBound.Characters(changes);
        if (characters + more > ConfigChangeBound.MostCharacters)
            return (ErrorCode.PolicyViolation, ConfigChangeBound.Fault);
        characters += more;
        return null;
    }

    private static (ErrorCode Error, string? Message)? ResourceFault(
        MetadataImage image, ConfigResource resource, ControllerPolicy policy)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                if (image.Topic(resource.Name) is null)
                    return (ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist.");
                return TopicOperations.Refusal(
                    TopicOperation.AlterConfigs, image, NodeId.None, resource.Name, policy.TopicDefaults) is { } refusal
                        ? (refusal.Error, refusal.Message)
                        : null;
            case ConfigResourceType.Broker:
                if (resource.Name.Length == 0) return null;
                if (!int.TryParse(resource.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int node))
                    return (ErrorCode.InvalidRequest, $"\"{resource.Name}\" is no node id.");
                return image.Broker(new NodeId(node)) is null
                    ? (ErrorCode.InvalidRequest, $"No broker of this cluster has the node id {node}.")
                    : null;
            case ConfigResourceType.Group:
                return resource.Name.Length == 0
                    ? (ErrorCode.InvalidRequest, "A group is needed: there is no default of all groups.")
                    : null;
            default:
                return (ErrorCode.InvalidRequest, $"Resources of type {resource.Type} have no configuration.");
        }
    }

    /// <returns>Null when every change is valid by itself.</returns>
    private static (ErrorCode Error, string? Message)? AlterOne(
        MetadataImage image, ResourceChangeRequest request, List<MetadataEvent> events)
    {
        var before = image.ConfigsOf(request.Resource);
        var names = new HashSet<string>();
        foreach (ConfigChangeRequest change in request.Changes)
        {
            if (!names.Add(change.Name)) return (ErrorCode.InvalidRequest, $"{change.Name} is changed twice.");
            if (CommittedFault(request.Resource, change) is { } committed) return committed;
            string? current = before.GetValueOrDefault(change.Name);
            if (NewValue(request.Resource, change, current, out string? value) is { } fault) return fault;
            if (value != current) events.Add(new MetadataEvent.ConfigChanged(request.Resource, change.Name, value));
        }

        return null;
    }

    // As Kafka does with the minimum while it keeps eligible leaders (KIP-966).
    private static (ErrorCode Error, string? Message)? CommittedFault(
        ConfigResource resource, ConfigChangeRequest change)
    {
        if (resource.Type != ConfigResourceType.Broker || !TopicConfigs.IsCommitted(change.Name)) return null;
        if (resource.Name.Length > 0)
            return (
                ErrorCode.InvalidConfig,
                $"{change.Name} is one for all brokers: alter it for the topic, or as the default of all brokers.");
        return change.Operation == ConfigOperation.Delete
            ? (ErrorCode.InvalidConfig, $"The cluster's {change.Name} cannot be removed: set it to another value.")
            : null;
    }

    private static (ErrorCode Error, string? Message)? NewValue(
        ConfigResource resource, ConfigChangeRequest change, string? current, out string? value)
    {
        value = null;
        ConfigDefinition? definition = Find(resource, change.Name);
        if (change.Operation == ConfigOperation.Delete)
        {
            // A name that a later version dropped can still be taken away.
            return definition is null && current is null ? Unknown(resource, change.Name) : null;
        }

        if (definition is null) return Unknown(resource, change.Name);
        if (change.Value is null) return (ErrorCode.InvalidRequest, $"{change.Name} is set to no value.");
        if (change.Operation is ConfigOperation.Append or ConfigOperation.Subtract
            && definition.Type != ConfigType.List)
            return (ErrorCode.InvalidConfig, $"{change.Operation} needs a list, and {change.Name} is none.");
        string text = Combined(change, current ?? definition.Default);
        string? fault = resource.Type == ConfigResourceType.Topic
            ? TopicConfigs.Read(change.Name, text, out value)
            : definition.TryRead(text, out value, out string? why) ? null : why;
        return fault is null ? null : (ErrorCode.InvalidConfig, fault);
    }

    private static (ErrorCode Error, string? Message)? RuleFault(
        MetadataImage after, ConfigResource resource, ControllerPolicy policy)
    {
        string? fault = resource.Type switch
        {
            ConfigResourceType.Topic =>
                TopicConfigRules.Fault(after, NodeId.None, resource.Name, policy.TopicDefaults),
            ConfigResourceType.Group => GroupConfigs.Fault(after.ConfigsOf(resource), policy.Groups),
            _ => TopicConfigRules.Fault(after, NodeOf(resource), "", policy.TopicDefaults),
        };
        return fault is null ? null : (ErrorCode.InvalidConfig, fault);
    }

    private static NodeId NodeOf(ConfigResource broker) => broker.Name.Length == 0
        ? NodeId.None
        : new NodeId(int.Parse(broker.Name, NumberStyles.None, CultureInfo.InvariantCulture));

    private static ConfigDefinition? Find(ConfigResource resource, string name) => resource.Type switch
    {
        ConfigResourceType.Topic => TopicConfigs.Find(name) ?? IgnoredTopicConfigs.Find(name)?.Definition,
        ConfigResourceType.Group => GroupConfigs.Find(name),
        _ => BrokerNames.GetValueOrDefault(name),
    };

    private static (ErrorCode Error, string? Message) Unknown(ConfigResource resource, string name) =>
        (ErrorCode.InvalidConfig, resource.Type switch
        {
            ConfigResourceType.Topic => $"Unknown topic config name: {name}",
            ConfigResourceType.Group => $"Unknown group config name: {name}",
            _ => $"Unknown or unchangeable broker config name: {name}; the node's configuration file sets it.",
        });

    private static string Combined(ConfigChangeRequest change, string current)
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
