using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>A partition found on the disk.</summary>
/// <param name="TopicId">Null when its <c>partition.metadata</c> is missing or unreadable.</param>
public sealed record PartitionDirectory(TopicPartition Name, TopicId? TopicId);
