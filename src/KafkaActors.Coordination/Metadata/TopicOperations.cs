using KafkaActors.Coordination.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Which operations are not for which topics: the one table that the controller and every door ask. Pure.
/// <code>
///                 internal                     compact only      reserved
/// Create          by its own settings (1)      yes               INVALID_TOPIC_EXCEPTION
/// Delete          yes (2)                      yes               INVALID_TOPIC_EXCEPTION
/// AddPartitions   INVALID_TOPIC_EXCEPTION (3)  yes               INVALID_TOPIC_EXCEPTION
/// AlterConfigs    yes, but cleanup.policy (4)  yes               INVALID_TOPIC_EXCEPTION
/// Produce         INVALID_TOPIC_EXCEPTION      yes               INVALID_TOPIC_EXCEPTION
/// Consume         yes                          yes               INVALID_TOPIC_EXCEPTION
/// DeleteRecords   INVALID_TOPIC_EXCEPTION      POLICY_VIOLATION  INVALID_TOPIC_EXCEPTION
/// (1) whoever asks, see InternalTopics  (2) as in Kafka; the coordinator starts afresh
/// (3) a group is found by their number  (4) stays compact, see TopicConfigRules
/// </code>
/// </summary>
public static class TopicOperations
{
    public static TopicKind KindOf(MetadataImage image, NodeId node, string topic, TopicConfigDefaults defaults) =>
        TopicName.IsReserved(topic) ? TopicKind.Reserved
        : TopicName.IsInternal(topic) ? TopicKind.Internal
        : defaults.Value(image, node, topic, TopicConfigs.CleanupPolicy).AsList.Contains("delete") ? TopicKind.Ordinary
        : TopicKind.CompactOnly;

    /// <returns>Null where the topic takes the operation.</returns>
    public static TopicRefusal? Refusal(TopicOperation operation, TopicKind kind, string topic) =>
        (operation, kind) switch
        {
            (_, TopicKind.Reserved) => Invalid(TopicName.ReservedFault(topic)),
            (TopicOperation.AddPartitions, TopicKind.Internal) =>
                Invalid($"The number of partitions of the internal topic {topic} stays: groups are found by it."),
            (TopicOperation.Produce, TopicKind.Internal) =>
                Invalid($"Cannot append to internal topic {topic}: only the node itself writes it."),
            (TopicOperation.DeleteRecords, TopicKind.Internal) =>
                Invalid($"Cannot delete records of internal topic {topic}."),
            (TopicOperation.DeleteRecords, TopicKind.CompactOnly) => new(
                ErrorCode.PolicyViolation,
                $"The cleanup.policy of topic {topic} is compact; records are deleted only where it has delete too."),
            _ => null,
        };

    /// <summary>For operations on an existing topic.</summary>
    public static TopicRefusal? Refusal(
        TopicOperation operation, MetadataImage image, NodeId node, string topic, TopicConfigDefaults defaults) =>
        Refusal(operation, KindOf(image, node, topic, defaults), topic);

    private static TopicRefusal Invalid(string message) => new(ErrorCode.InvalidTopicException, message);
}
