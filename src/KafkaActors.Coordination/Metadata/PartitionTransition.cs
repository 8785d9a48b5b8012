using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>A partition before and after a change of the metadata.</summary>
/// <param name="Before">Null when the partition is new.</param>
/// <param name="After">Null when its topic was deleted.</param>
public sealed record PartitionTransition(TopicIdPartition Id, PartitionImage? Before, PartitionImage? After);
