using KafkaActors.Coordination.Metadata;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>
/// The host of the partition's leader is gone for good, and while it is, no controller lives for long: each is killed
/// with its node after less than a session, and another one takes over.
/// </summary>
internal sealed class HostLoss(SimCluster cluster) : ITrouble
{
    private readonly World _world = cluster.World;
    private SimNode? _gone;

    private PartitionImage? Partition => cluster.Metadata.Image.Topics.Values
        .SelectMany(topic => topic.Partitions).FirstOrDefault();

    public void Start()
    {
        foreach (SimNode node in cluster.Nodes) node.Start();
        ReplaceController();
        AwaitPartition();
    }

    private void AwaitPartition()
    {
        if (!cluster.IsTroubled) return;
        if (Partition is { HasLeader: true } partition && partition.Isr.Length == partition.Replicas.Length
            && cluster.Controllers.Any(controller => controller.IsServing)
            && cluster.Node(partition.Leader) is { IsUp: true } leader
            && cluster.Metadata.Image.Broker(leader.Id)!.Incarnation == leader.Process!.Incarnation)
        {
            _gone = leader;
            cluster.Sessions.Expect(leader);
            leader.Kill();
            KillController();
            return;
        }

        _world.After(50, AwaitPartition);
    }

    private void ReplaceController()
    {
        if (!cluster.IsTroubled) return;
        SimNode[] able = [.. cluster.Voters.Where(node => node.IsUp)];
        if (!cluster.Controllers.Any() && able.Length > 0) _world.Pick(able).Process!.BecomeController();
        _world.After(20, ReplaceController);
    }

    private void KillController()
    {
        if (!cluster.IsTroubled) return;
        foreach (SimNode node in cluster.Controllers.Select(controller => controller.Node).Distinct().ToArray())
        {
            node.Kill();
            if (node != _gone) _world.After(_world.Between(50, 200), node.Start);
        }

        _world.After(_world.Between(300, 1000), KillController);
    }
}
