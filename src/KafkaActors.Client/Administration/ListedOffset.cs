using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>An offset that was asked for by time.</summary>
/// <param name="Offset">-1 when there is none, or with an error.</param>
/// <param name="TimestampMs">Of the record at the offset; -1 when there is none.</param>
public readonly record struct ListedOffset(
    TopicPartition Partition, ErrorCode Error, long Offset, long TimestampMs, LeaderEpoch LeaderEpoch);
