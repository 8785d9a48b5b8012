using System.Globalization;
using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// Nodes on empty directories form one cluster, whatever the order in which they start and name each other, and
/// whoever is killed meanwhile; later a majority is enough. <c>KAFKA_ACTORS_CLUSTER_SEED</c> says when and whom.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class FormingTests
{
    private const int LongestWaitMs = 2_500;

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("KAFKA_ACTORS_CLUSTER_SEED") ?? "12", CultureInfo.InvariantCulture);

    private static IEnumerable<TestCaseData> Clusters
    {
        get
        {
            yield return new TestCaseData(new[] { 1, 2, 3 }, Array.Empty<int>()).SetArgDisplayNames("three nodes");
            if (Rounds.IsCampaign)
            {
                yield return new TestCaseData(new[] { 1, 2, 3, 4, 5 }, new[] { 4, 5 })
                    .SetArgDisplayNames("three nodes and two witnesses");
            }
        }
    }

    [TestCaseSource(nameof(Clusters))]
    public Task Nodes_that_are_killed_form_one_cluster_and_a_majority_starts_without_the_rest(
        int[] nodes, int[] witnesses) => Rounds.EachAsync(async round =>
    {
        Random random = new(Seed + round);
        await TestContext.Out.WriteLineAsync($"seed {Seed + round}");
        await using ClusterOfProcesses cluster = new(Shuffled(nodes, witnesses, random));
        foreach (int id in cluster.Layout.Nodes) cluster[id].Start();
        for (int kill = 0; kill < 2; kill++)
        {
            await Elapsed.Of(TimeSpan.FromMilliseconds(random.Next(LongestWaitMs)));
            ClusterNode node = cluster[nodes[random.Next(nodes.Length)]];
            await TestContext.Out.WriteLineAsync($"node {node.Id} is killed");
            await node.KillAsync();
            node.Start();
        }

        await cluster.WholeAsync();
        await LoseMinorityAsync(cluster, [1, .. witnesses.Take(1)]);
    });

    /// <summary>These are killed, then all the others, of whom a majority starts again.</summary>
    private static async Task LoseMinorityAsync(ClusterOfProcesses cluster, int[] lost)
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(cluster);
        ClusterNode[] majority = [.. cluster.Nodes.Where(node => !lost.Contains(node.Id))];
        int[] brokers = [.. majority.Select(node => node.Id).Where(cluster.Layout.IsBroker)];
        await Task.WhenAll(lost.Select(node => cluster[node].KillAsync()));
        await trial.ServesAsync("without a minority", brokers);
        await Task.WhenAll(majority.Select(node => node.KillAsync()));
        foreach (ClusterNode node in majority.Reverse()) node.Start();
        await cluster.AgreeAsync([.. majority.Select(node => node.Id)]);
        await trial.ServesAsync("started without a minority", brokers);
        foreach (int node in lost) cluster[node].Start();
        await trial.HoldsAsync();
    }

    private static ClusterLayout Shuffled(int[] nodes, IReadOnlyList<int> witnesses, Random random)
    {
        Dictionary<int, int[]> seeds = nodes.ToDictionary(node => node, _ => Order(nodes, random));
        return ClusterLayout.Formed(Order(nodes, random), witnesses) with { SeedsOf = node => seeds[node] };
    }

    private static int[] Order(int[] nodes, Random random)
    {
        int[] order = [.. nodes];
        random.Shuffle(order);
        return order;
    }
}
