using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>Nodes of a cluster of three stand still (SIGSTOP) while it is used, and go on.</summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class PausedNodesTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private ClusterOfProcesses _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await ClusterOfProcesses.StartAsync();

    [OneTimeTearDown]
    public async Task EndCluster() => await _cluster.DisposeAsync();

    [Test]
    public Task Each_node_stands_still_for_a_second_and_nobody_is_gone() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        foreach (ClusterNode node in _cluster.Nodes)
        {
            await node.PauseAsync(Short);
            await trial.ServesAsync($"after node {node.Id} stood still for a second");
        }

        await trial.HoldsAsync();
    });
}
