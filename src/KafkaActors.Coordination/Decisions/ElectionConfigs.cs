using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// The settings of a topic by which leaders are elected. They are committed metadata alone, so that whoever reads them
/// at one offset, the controller or a leader, reads the same (<see cref="TopicConfigs.IsCommitted"/>).
/// </summary>
internal readonly record struct ElectionConfigs(int MinInSyncReplicas, bool IsUncleanAllowed)
{
    public static ElectionConfigs Of(MetadataImage image, TopicId id)
    {
        string topic = image.Topic(id)!.Name;
        return new ElectionConfigs(
            TopicConfigs.CommittedValue(image, topic, TopicConfigs.MinInSyncReplicas).AsInt,
            TopicConfigs.CommittedValue(image, topic, TopicConfigs.UncleanLeaderElectionEnable).AsBoolean);
    }
}
