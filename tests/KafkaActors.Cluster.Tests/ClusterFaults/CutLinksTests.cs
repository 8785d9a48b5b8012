using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.Cluster.Tests.Machine;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Machine;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// Links between the nodes of a cluster of three lose everything that is sent, in one direction or both, while it is
/// used. A node that still reaches a majority of the voters is never downed.
/// </summary>
[Category("Cluster")]
[Category("NeedsRoot")]
[Platform("Linux")]
[NonParallelizable]
public sealed class CutLinksTests
{
    /// <summary>Longer than it takes to find a node unreachable and to down it.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(6);

    /// <summary>After it connections that lost packets have sent them again, and the link is used again.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Flap = TimeSpan.FromMilliseconds(700);

    private NamespaceNetwork _network = null!;
    private ClusterOfProcesses _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        MachineNeeds.Namespaces();
        _network = await NamespaceNetwork.CreateAsync(1, 2, 3);
        _cluster = await ClusterOfProcesses.StartAsync(new ClusterLayout { Network = _network });
    }

    [OneTimeTearDown]
    public async Task EndCluster()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
    }

    [TearDown]
    public async Task Heal()
    {
        await _network.HealAsync();
        await Elapsed.Of(Recovery);
    }

    [Test]
    public Task One_link_is_cut_and_nobody_is_downed() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        foreach ((int one, int other) in await LinksAsync())
        {
            await _network.CutAsync(one, other);
            await Elapsed.Of(LongEnough);
            await trial.ServesAsync($"without the link {one}-{other}", 6 - one - other);
            await _network.HealAsync(one, other);
            await Elapsed.Of(Recovery);
            await _cluster.WholeAsync();
        }

        await trial.HoldsAsync();
    });

    [Test]
    public Task A_link_that_loses_one_direction_or_comes_and_goes_downs_nobody() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int controller = await _cluster.ControllerAsync();
        int other = controller == 1 ? 2 : 1;
        (int, int)[] directions = [(controller, other), (other, controller)];
        foreach ((int from, int to) in directions.Take(Rounds.IsCampaign ? 2 : 1))
        {
            await _network.CutOneWayAsync(from, to);
            await Elapsed.Of(LongEnough);
            await trial.ServesAsync($"without the direction {from}-{to}", 6 - from - to);
            await _network.HealAsync();
            await Elapsed.Of(Recovery);
            await _cluster.WholeAsync();
        }

        for (int flap = 0; flap < 4; flap++)
        {
            await _network.CutAsync(controller, other);
            await Elapsed.Of(Flap);
            await _network.HealAsync(controller, other);
            await Elapsed.Of(Flap);
        }

        await trial.HoldsAsync();
    });

    [Test]
    public Task A_node_that_nobody_hears_is_removed_and_comes_back() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int isolated = await _cluster.ControllerAsync();
        int[] others = _cluster.Except(isolated);
        await _network.IsolateAsync(isolated);
        await trial.ServesAsync($"without node {isolated}", others);
        await _cluster.AgreeAsync(others);
        if (Rounds.IsCampaign) await Elapsed.Of(2 * LongEnough);
        await _network.HealAsync();
        await trial.HoldsAsync(mayEnd: [isolated]);
    });

    /// <summary>All links in a campaign; else one of the controller's.</summary>
    private async Task<IReadOnlyList<(int One, int Other)>> LinksAsync()
    {
        (int, int)[] all = [(1, 2), (1, 3), (2, 3)];
        if (Rounds.IsCampaign) return all;
        int controller = await _cluster.ControllerAsync();
        return [all[controller == 3 ? 1 : 0]];
    }
}
