using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>What became of an offset that was to be committed or deleted.</summary>
public readonly record struct GroupOffsetResult(TopicPartition Partition, ErrorCode Error);
