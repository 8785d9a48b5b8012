using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>What must hold between the configurations of one topic, each of which is valid by itself. Pure.</summary>
public static class TopicConfigRules
{
    /// <summary>Looks at what would hold for a topic; an unused name gives what holds for topics by default.</summary>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public static string? Fault(MetadataImage image, NodeId node, string topic, TopicConfigDefaults defaults)
    {
        ConfigValue least = defaults.Value(image, node, topic, TopicConfigs.MinCompactionLagMs);
        ConfigValue most = defaults.Value(image, node, topic, TopicConfigs.MaxCompactionLagMs);
        if (TopicName.IsInternal(topic)
            && defaults.Value(image, node, topic, TopicConfigs.CleanupPolicy) is { Text: not "compact" } policy)
            return $"The {policy.Name} of the internal topic {topic} stays compact: "
                + "what is deleted by age or size would be lost to the node.";
        return least.AsLong > most.AsLong
            ? $"{least.Name} ({least.Text}) must not be greater than {most.Name} ({most.Text})."
            : null;
    }
}
