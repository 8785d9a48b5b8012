using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>The end of all trouble: everything is repaired, and one singleton is left.</summary>
internal sealed class Healing(SimCluster cluster)
{
    private const int SingletonMs = 500;

    public void Begin()
    {
        cluster.World.Note($"all faults heal");
        cluster.IsTroubled = false;
        cluster.Network.JoinAll();
        cluster.Network.Quality = NetworkQuality.Perfect;
        foreach (SimNode node in cluster.Nodes)
        {
            node.Resume();
            node.Start();
        }

        KeepOneController();
    }

    private void KeepOneController()
    {
        SimController[] believers = [.. cluster.Controllers];
        foreach (SimController controller in believers.Skip(1)) controller.Stop();
        if (believers.Length == 0) cluster.World.Pick([.. cluster.Voters]).Process!.BecomeController();
        cluster.World.After(SingletonMs, KeepOneController);
    }
}
