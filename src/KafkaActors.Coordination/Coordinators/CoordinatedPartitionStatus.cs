namespace KafkaActors.Coordination.Coordinators;

/// <summary>How far a coordinator is with one partition of its topic, as it tells of it.</summary>
/// <param name="Fault">Why the partition, or some of its keys, cannot be read; null where nothing is known.</param>
/// <param name="Records">That were read last.</param>
/// <param name="Keys">That were found by that.</param>
/// <param name="FailedKeys">That wait to be read again, while the partition serves the others.</param>
public sealed record CoordinatedPartitionStatus(
    CoordinatedPartitionState State, string? Fault, int Records, int Keys, int FailedKeys)
{
    public static CoordinatedPartitionStatus Initial { get; } =
        new(CoordinatedPartitionState.Fencing, null, 0, 0, 0);
}
