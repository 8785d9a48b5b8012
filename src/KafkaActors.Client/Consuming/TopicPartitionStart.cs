using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>A partition to read, and where to begin.</summary>
public readonly record struct TopicPartitionStart(TopicPartition Partition, StartOffset Start);
