using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>A topic and its partitions; a partition's index is its place in the list.</summary>
public sealed record TopicImage(TopicId Id, string Name, ImmutableList<PartitionImage> Partitions);
