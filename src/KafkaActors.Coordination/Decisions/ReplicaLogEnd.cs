using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>How far a broker's log of a partition goes, as it says when it asks to be unfenced.</summary>
/// <param name="LastEpoch">The leader epoch of its last record.</param>
public readonly record struct ReplicaLogEnd(TopicIdPartition Partition, LeaderEpoch LastEpoch, long LogEndOffset);
