using KafkaActors.Simulation.Tests.Engine;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>
/// What a schedule's cluster looks like. The first nodes are the first voters, and the voters again at the end; every
/// node is a broker, or none is.
/// </summary>
/// <param name="ControllerDeath">The chance that a controller dies before any one of its effects.</param>
/// <param name="VoterChange">The chance, each tick, that some voter is to come or go.</param>
internal sealed record ClusterShape(
    int Nodes,
    int Voters,
    bool HasBrokers,
    int ReplicationFactor,
    int MinInSyncReplicas,
    bool IsGroupCommit,
    int SnapshotEvery,
    int EntriesInMessage,
    double ControllerDeath,
    double VoterChange)
{
    public static ClusterShape OfMetadata(World world)
    {
        int voters = world.Pick([1, 3, 3, 3, 5]);
        int observers = world.Pick([0, 0, 1, 2]);
        return new(voters + observers, voters, false, 0, 0, false, world.Pick([3, 10, 1000]), world.Pick([1, 1, 2, 64]),
            world.Pick([0.001, 0.01, 0.05]), world.Pick([0.02, 0.1, 0.5]));
    }

    public static ClusterShape OfHostLoss(World world) =>
        new(5, 5, true, 3, world.Between(1, 2), world.Chance(0.5), world.Pick([10, 1000]), 64, 0, 0);

    public static ClusterShape OfReplicaLoss(World world) =>
        new(4, world.Pick([1, 3]), true, 3, world.Between(1, 2), world.Chance(0.5), world.Pick([10, 1000]), 64, 0, 0);

    public static ClusterShape OfPartitions(World world)
    {
        int nodes = world.Pick([1, 2, 3, 3, 3, 3, 4]);
        int replicas = Math.Min(nodes, world.Pick([2, 2, 3, 3]));
        return new(
            nodes, nodes >= 3 ? world.Pick([1, 3, 3]) : 1, true, replicas, world.Between(1, Math.Min(2, replicas)),
            world.Chance(0.5), world.Pick([10, 1000]), 64, 0.0005, 0.02);
    }
}
