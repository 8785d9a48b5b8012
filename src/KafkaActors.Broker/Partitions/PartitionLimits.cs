namespace KafkaActors.Broker.Partitions;

/// <summary>What one partition holds at most of appends that are not answered; beyond it appends are refused.</summary>
/// <param name="ReplicaLagTimeMax"><c>replica.lag.time.max.ms</c></param>
internal sealed record PartitionLimits(int MaxPendingAppends, long MaxPendingBytes, TimeSpan ReplicaLagTimeMax)
{
    /// <summary>Above what all clients of a node may have under way together: its doors push back first.</summary>
    public static PartitionLimits Default { get; } = new(65_536, 1024L * 1024 * 1024, TimeSpan.FromSeconds(30));
}
