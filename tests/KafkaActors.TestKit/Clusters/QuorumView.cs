namespace KafkaActors.TestKit.Clusters;

/// <summary>The metadata quorum as a node tells of it: who leads it, in which epoch; -1 is nobody.</summary>
public sealed record QuorumView(int Leader, int LeaderEpoch, IReadOnlyList<int> Voters);
