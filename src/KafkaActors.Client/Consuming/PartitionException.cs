using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>One partition, or one of its batches, cannot be read.</summary>
public sealed class PartitionException : KafkaException
{
    public PartitionException(TopicPartition partition, ErrorCode error, string message)
        : base(error, message) => Partition = partition;

    public PartitionException(TopicPartition partition, ErrorCode error, string message, Exception inner)
        : base(error, message, inner) => Partition = partition;

    public TopicPartition Partition { get; }
}
