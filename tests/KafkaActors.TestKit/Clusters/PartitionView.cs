namespace KafkaActors.TestKit.Clusters;

/// <summary>A partition as a node tells of it; leader -1 is nobody.</summary>
public sealed record PartitionView(int Index, int Leader, int LeaderEpoch, IReadOnlyList<int> Isr);
