using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>A partition's directory that was set aside, where it lies, and how long it stays.</summary>
internal sealed record KeptStray(LogDirectory Directory, StrayPartition Stray, TimeSpan Retention)
{
    /// <summary>Null when its files do not say which topic it was.</summary>
    public TopicIdPartition? Id =>
        Stray.TopicId is { } topic ? new TopicIdPartition(topic, Stray.Partition.Partition) : null;

    public DateTimeOffset KeptUntil => Retention < DateTimeOffset.MaxValue - Stray.SetAsideAt
        ? Stray.SetAsideAt + Retention
        : DateTimeOffset.MaxValue;

    /// <summary>Why it is here, by the metadata of today.</summary>
    public string ReasonIn(MetadataImage image, NodeId self)
    {
        if (Stray.TopicId is not { } topic) return "its partition.metadata does not say which topic it was";
        if (image.Topic(topic) is not { } known) return $"the metadata has no topic with id {topic}";
        return image.Partition(Id!.Value)?.Replicas.Contains(self) == true
            ? $"another directory holds this partition of topic {known.Name}"
            : $"the metadata gives this node no such partition of topic {known.Name}";
    }

    /// <summary>Looks at its files.</summary>
    public long SizeInBytes => Directory.Strays.SizeOf(Stray.Directory);
}
