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

    /// <summary>Looks at its files.</summary>
    public long SizeInBytes => Directory.Strays.SizeOf(Stray.Directory);
}
