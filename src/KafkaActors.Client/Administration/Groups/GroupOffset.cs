using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>Where a group stands in a partition.</summary>
/// <param name="Offset">Of the next record to consume; -1 with an error.</param>
public sealed record GroupOffset(TopicPartition Partition, ErrorCode Error, long Offset, string Metadata);
