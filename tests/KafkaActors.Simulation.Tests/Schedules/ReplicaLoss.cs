using KafkaActors.Coordination.Metadata;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>
/// All replicas of the partition die in one instant, for longer than a session, and one of them has lost what it had
/// not synced, or all of its disk. The others hold every acknowledged record and must be waited for.
/// </summary>
internal sealed class ReplicaLoss(SimCluster cluster) : ITrouble
{
    // Early enough for all to be back before everything heals.
    private const int LatestMs = 1450;

    private readonly World _world = cluster.World;

    private PartitionImage? Partition => cluster.Metadata.Image.Topics.Values
        .SelectMany(topic => topic.Partitions).FirstOrDefault();

    private bool IsCalm => Partition is { HasLeader: true } partition
        && partition.Isr.Length == partition.Replicas.Length
        && _world.Now - cluster.LastIsrProposal > 500
        && cluster.Controllers.Any(controller => controller.IsServing)
        && cluster.Nodes.All(node => node.IsUp && cluster.Metadata.Image.Broker(node.Id) is { IsFenced: false } broker
            && broker.Incarnation == node.Process!.Incarnation);

    public void Start()
    {
        foreach (SimNode node in cluster.Nodes) node.Start();
        KeepController();
        Look();
    }

    private void Look()
    {
        if (_world.Now > LatestMs) return;
        if (IsCalm && _world.Chance(0.2)) KillReplicas(Partition!);
        else _world.After(_world.Between(30, 100), Look);
    }

    private void KeepController()
    {
        if (!cluster.IsTroubled) return;
        SimNode[] able = [.. cluster.Voters.Where(node => node.IsUp)];
        if (!cluster.Controllers.Any() && able.Length > 0) _world.Pick(able).Process!.BecomeController();
        _world.After(50, KeepController);
    }

    private void KillReplicas(PartitionImage partition)
    {
        SimNode[] replicas = [.. partition.Replicas.Select(cluster.Node)];
        SimNode lost = _world.Pick(replicas);
        foreach (SimNode node in replicas)
        {
            if (node != lost) node.Kill();
            else if (cluster.Voters.Contains(node) || _world.Chance(0.5)) node.LosePower();
            else node.Wipe();
            _world.After(_world.Between(1300, 2400), node.Start);
        }
    }
}
