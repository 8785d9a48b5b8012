using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// What nodes say to each other arrives late, each connection through a proxy, while the cluster is used.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class SlowLinksTests
{
    private const int BeforeAkka = 4054;

    [Test]
    public async Task Links_that_are_slow_in_turn_and_all_at_once_lose_nobody()
    {
        LoopbackNetwork network = new();
        DelayingProxy[] proxies =
        [
            .. new[] { 1, 2, 3 }.Select(node =>
                new DelayingProxy(network.HostOf(node), BeforeAkka, ClusterLayout.AkkaPort)),
        ];
        try
        {
            await using ClusterOfProcesses cluster = await ClusterOfProcesses.StartAsync(
                new ClusterLayout { Network = network, AdvertisedAkkaPort = BeforeAkka });
            await Rounds.EachAsync(_ => SlowAsync(cluster, proxies));
        }
        finally
        {
            foreach (DelayingProxy proxy in proxies) await proxy.DisposeAsync();
        }
    }

    private static async Task SlowAsync(ClusterOfProcesses cluster, DelayingProxy[] proxies)
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(cluster);
        foreach (DelayingProxy proxy in proxies)
        {
            proxy.Delay = TimeSpan.FromMilliseconds(300);
            await trial.ServesAsync("with one node 300 ms away");
            proxy.Delay = TimeSpan.Zero;
        }

        foreach (DelayingProxy proxy in proxies) proxy.Delay = TimeSpan.FromMilliseconds(100);
        await trial.ServesAsync("with every node 100 ms away");
        foreach (DelayingProxy proxy in proxies) proxy.Delay = TimeSpan.Zero;
        await trial.HoldsAsync();
    }
}
