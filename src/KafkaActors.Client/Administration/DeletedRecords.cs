using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <param name="LogStartOffset">The first offset that is left; -1 with an error.</param>
public readonly record struct DeletedRecords(TopicPartition Partition, ErrorCode Error, long LogStartOffset);
