using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Hosting;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>Nodes that know only each other's addresses form one cluster, and come back as it.</summary>
[NonParallelizable]
public sealed class FormingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly int[] All = [1, 2, 3];

    private FormingNodes _nodes = null!;

    [SetUp]
    public void CreateNodes() => _nodes = new FormingNodes(5);

    [TearDown]
    public async Task StopNodes() => await _nodes.DisposeAsync();

    [Test]
    public async Task Three_nodes_with_seeds_in_any_order_form_a_cluster_of_three_voters()
    {
        await _nodes.StartAllAsync([3, 1, 2], [1, 3], [3, 2, 1]);
        Assert.That(Voters(1), Is.EquivalentTo(All));
        Assert.That(All.Select(ClusterId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_of_three_come_back_without_the_third_whichever_that_is()
    {
        await _nodes.StartAllAsync([1, 2, 3], [2, 3, 1], [3, 1, 2]);
        string cluster = ClusterId(1);
        foreach (int missing in All)
        {
            await _nodes.CrashAsync(All);
            int[] back = [.. All.Where(id => id != missing)];
            await Task.WhenAll(back.Select(id => _nodes.StartAsync(id, All)));
            Assert.That(back.Select(ClusterId), Is.All.EqualTo(cluster), $"without node {missing}");
            await _nodes.StartAsync(missing, All);
            Assert.That(Voters(missing), Is.EquivalentTo(All));
        }
    }

    [Test]
    public async Task A_first_start_waits_for_all_first_voters_and_names_who_has_not_answered()
    {
        Task<KafkaActorsNode> one = _nodes.StartAsync(1, All, "cluster.join.timeout.ms = 4000");
        Task<KafkaActorsNode> two = _nodes.StartAsync(2, All, "cluster.join.timeout.ms = 4000");
        foreach (Task<KafkaActorsNode> start in (Task<KafkaActorsNode>[])[one, two])
        {
            NodeStartException? refused = Assert.ThrowsAsync<NodeStartException>(() => start);
            Assert.That(refused!.Message, Does.Contain("all first voters must answer and be empty")
                .And.Contain($"kafka-actors@{_nodes.AddressOf(3)} has not answered for"));
        }

        await _nodes.StartAllAsync(All, All, All);
        Assert.That(Voters(1), Is.EquivalentTo(All));
    }

    [Test]
    public async Task Witnesses_vote_and_brokers_that_do_not_join_by_any_seed()
    {
        const string Witness = "process.roles = [voter]";
        const string Broker = "process.roles = [broker]";
        string voters =
            $"controller.quorum.voters = \"{string.Join(',', All.Select(id => $"{id}@{_nodes.AddressOf(id)}"))}\"";
        await Task.WhenAll(
            _nodes.StartAsync(1, [], voters),
            _nodes.StartAsync(2, [], $"{voters}\n{Witness}"),
            _nodes.StartAsync(3, [], $"{voters}\n{Witness}"),
            _nodes.StartAsync(4, [3], Broker),
            _nodes.StartAsync(5, [4, 2], Broker));
        Assert.That(Voters(5), Is.EquivalentTo(All));
        Assert.That(ClusterId(5), Is.EqualTo(ClusterId(1)));
    }

    [Test]
    public async Task Empty_nodes_that_name_more_first_voters_join_the_cluster_that_runs_and_change_nothing()
    {
        await _nodes.StartAllAsync(All, All, All);
        await _nodes.CrashAsync(1);
        int[] five = [5, 4, 3, 2, 1];
        await Task.WhenAll(_nodes.StartAsync(4, five), _nodes.StartAsync(5, five));
        await _nodes.StartAsync(1, All);
        Assert.That(five.Select(ClusterId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(five.Select(Voters), Is.All.EquivalentTo(All));
    }

    [Test]
    public async Task A_wiped_voter_and_one_with_its_log_decide_nothing_and_name_whose_log_is_missing()
    {
        await _nodes.StartAllAsync(All, All, All);
        string cluster = ClusterId(1);
        await _nodes.CrashAsync(All);
        Directory.Delete(_nodes.DataOf(3), recursive: true);
        const string Short = "cluster.join.timeout.ms = 4000";
        Task<KafkaActorsNode>[] starts = [_nodes.StartAsync(2, All, Short), _nodes.StartAsync(3, All, Short)];
        NodeStartException? refused = Assert.ThrowsAsync<NodeStartException>(() => starts[0]);
        Assert.That(refused!.Message, Does.Contain($"a majority of the voters 1, 2, 3 of cluster {cluster}")
            .And.Contain($"kafka-actors@{_nodes.AddressOf(1)} has not answered for")
            .And.Contain("has another directory than voter 3: its metadata log is missing"));
        Assert.ThrowsAsync<NodeStartException>(() => starts[1]);

        await Task.WhenAll(All.Select(id => _nodes.StartAsync(id, All)));
        Assert.That(All.Select(ClusterId), Is.All.EqualTo(cluster));
    }

    [Test]
    public async Task A_node_without_seeds_whose_log_names_other_voters_asks_them()
    {
        await _nodes.StartAllAsync(All, All, All);
        string cluster = ClusterId(1);
        await _nodes.CrashAsync(All);
        await Task.WhenAll(_nodes.StartAsync(1, []), _nodes.StartAsync(3, []));
        Assert.That(ClusterId(1), Is.EqualTo(cluster));
        await Eventually.True(() => Voters(1).Length == 3, "the voters are as they were", Patience);
    }

    [Test]
    public void A_broker_that_knows_nobody_is_refused_with_what_to_do() =>
        Assert.That(
            () => _nodes.StartAsync(1, [], "process.roles = [broker]"),
            Throws.TypeOf<NodeStartException>().With.Message.Contains("--seed HOST:PORT"));

    private int[] Voters(int id) =>
        [.. CommittedVoters.Of(_nodes[id].System).OfImage!.Voters.Select(voter => voter.Node.Value).Order()];

    private string ClusterId(int id) =>
        File.ReadLines(Path.Combine(_nodes.DataOf(id), "meta.properties"))
            .Single(line => line.StartsWith("cluster.id=", StringComparison.Ordinal)).Split('=')[1];
}
