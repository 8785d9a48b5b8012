using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>The settings of a topic that the controller decides by.</summary>
internal readonly record struct ElectionConfigs(int MinInSyncReplicas, bool IsUncleanAllowed)
{
    public static ElectionConfigs Of(MetadataImage image, TopicId id, ControllerPolicy policy)
    {
        string topic = image.Topic(id)!.Name;
        TopicConfigDefaults defaults = policy.TopicDefaults;
        return new ElectionConfigs(
            defaults.Value(image, NodeId.None, topic, TopicConfigs.MinInSyncReplicas).AsInt,
            defaults.Value(image, NodeId.None, topic, TopicConfigs.UncleanLeaderElectionEnable).AsBoolean);
    }
}
