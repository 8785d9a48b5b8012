using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>A topic and its partitions; a partition's index is its place in the list.</summary>
public sealed record TopicImage(TopicId Id, string Name, ImmutableList<PartitionImage> Partitions)
{
    /// <summary>Whether it has a partition of this index, which may be any number.</summary>
    public bool Has(int partition) => partition >= 0 && partition < Partitions.Count;
}
