using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>Nodes of a cluster of three are killed with <c>kill -9</c> while it is used, and started again.</summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class KilledNodesTests
{
    private ClusterOfProcesses _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await ClusterOfProcesses.StartAsync();

    [OneTimeTearDown]
    public async Task EndCluster() => await _cluster.DisposeAsync();

    [Test]
    public Task All_nodes_are_killed() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        await Task.WhenAll(_cluster.Nodes.Select(node => node.KillAsync()));
        // The other way round than they were started at first.
        foreach (ClusterNode node in _cluster.Nodes.Reverse()) node.Start();
        await trial.HoldsAsync();
    });
}
