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

    [SetUp]
    public async Task TakeCluster() => _cluster = await SharedCluster.WholeAsync();

    [Test]
    public Task The_controllers_node_is_killed() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        await KillAndStartAsync(trial, await _cluster.ControllerAsync());
        await trial.HoldsAsync();
    });

    [Test]
    public Task The_oldest_node_and_then_a_follower_are_killed() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        await KillAndStartAsync(trial, _cluster.Oldest.Id);
        int controller = await _cluster.ControllerAsync();
        int follower = _cluster.Nodes.First(node => node.Id != controller && node != _cluster.Oldest).Id;
        await KillAndStartAsync(trial, follower);
        await trial.HoldsAsync();
    });

    [Test]
    public Task Two_nodes_are_killed_at_once() => Rounds.EachAsync(async round =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int survivor = 1 + (round % 3);
        ClusterNode[] killed = [.. _cluster.Nodes.Where(node => node.Id != survivor)];
        await Task.WhenAll(killed.Select(node => node.KillAsync()));
        foreach (ClusterNode node in killed) node.Start();
        await trial.HoldsAsync(mayEnd: [survivor]);
    });

    [Test]
    public Task All_nodes_are_killed() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        await Task.WhenAll(_cluster.Nodes.Select(node => node.KillAsync()));
        // The other way round than they were started at first.
        foreach (ClusterNode node in _cluster.Nodes.Reverse()) node.Start();
        await trial.HoldsAsync();
    });

    private async Task KillAndStartAsync(ClusterTrial trial, int node)
    {
        int[] others = _cluster.Except(node);
        await _cluster[node].KillAsync();
        await trial.ServesAsync($"while node {node} is away", others);
        await _cluster.AgreeAsync(others);
        _cluster[node].Start();
        await _cluster.WholeAsync();
    }
}
