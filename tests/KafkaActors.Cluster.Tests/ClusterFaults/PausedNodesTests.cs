using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// Nodes of a cluster of three stand still (SIGSTOP) while it is used, and go on. In the ordinary run long pauses meet
/// the controller's node alone, in a campaign each node in turn.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class PausedNodesTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    /// <summary>A session lasts 2.5 s; who is unreachable is not downed yet.</summary>
    private static readonly TimeSpan PastASession = TimeSpan.FromSeconds(3.5);

    private static readonly TimeSpan PastDowning = TimeSpan.FromSeconds(12);

    private ClusterOfProcesses _cluster = null!;

    [SetUp]
    public async Task TakeCluster() => _cluster = await SharedCluster.WholeAsync();

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

    [Test]
    public Task A_node_stands_still_for_longer_than_its_session() => PauseAsync(PastASession);

    [Test]
    public Task A_node_stands_still_until_it_has_been_removed() => PauseAsync(PastDowning);

    private Task PauseAsync(TimeSpan time) => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int[] paused = Rounds.IsCampaign
            ? [.. _cluster.Nodes.Select(node => node.Id)]
            : [await _cluster.ControllerAsync()];
        foreach (int node in paused)
        {
            int[] others = _cluster.Except(node);
            Task pause = _cluster[node].PauseAsync(time);
            await trial.ServesAsync($"while node {node} stands still", others);
            await pause;
            await _cluster.WholeAsync();
        }

        // Whoever was removed meanwhile learns of it and is started again.
        await trial.HoldsAsync(mayEnd: paused);
    });
}
