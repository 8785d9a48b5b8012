namespace KafkaActors.Coordination.Partitions;

/// <summary>The settings a leader works under; see <see cref="PartitionLeaderStart"/>.</summary>
public sealed record PartitionLeaderSettings(int MinInSyncReplicas, bool IsGroupCommit, TimeSpan ReplicaLagTimeMax);
