using System.Collections.Immutable;
using System.Globalization;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Controller;

/// <summary>Voters come and go in running clusters of the controller's actors.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VoterChangeTests : IDisposable
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _root = new();
    private readonly List<ControllerTestNode> _nodes = [];

    [TearDown]
    public async Task EndNodes()
    {
        foreach (ControllerTestNode node in _nodes) await node.DisposeAsync();
    }

    public void Dispose() => _root.Dispose();

    [Test]
    public async Task One_voter_becomes_three_and_goes_on_without_the_first()
    {
        ControllerTestNode first = await StartAsync(1, null);
        await first.RegisterAsync();
        ControllerTestNode second = await StartAsync(2, first);
        ControllerTestNode third = await StartAsync(3, first);

        VoterProtocol.VotersDecided decided = await AddAsync(third, Two, Three);
        Assert.That(decided.Error, Is.EqualTo(ErrorCode.None), decided.Message);
        await Sees(second, image => image.Voters.Length == 3, "three voters");
        var described = (VoterProtocol.QuorumDescribed)await second.AskAsync(new VoterProtocol.DescribeQuorum(5));
        Assert.That(described.Leader, Is.EqualTo(One));
        Assert.That(
            described.Replicas.Select(replica => (replica.Voter.Node, replica.IsVoter)),
            Is.EqualTo(new[] { (One, true), (Two, true), (Three, true) }));

        await first.DisposeAsync();
        await Sees(third, image => image.Controller != One, "another controller");
        Assert.That(second.Fatal.Concat(third.Fatal), Is.Empty);
    }

    [Test]
    public async Task A_change_of_the_voters_is_refused_with_its_reason_through_the_controllers_proxy()
    {
        ControllerTestNode first = await StartAsync(1, null);
        await first.RegisterAsync();
        Assert.That((await AddAsync(first, One)).Error, Is.EqualTo(ErrorCode.DuplicateVoter));
        var other = new Voter(Two, DirectoryId.NewRandom());
        var removed = (VoterProtocol.VotersDecided)await first.AskAsync(
            new VoterProtocol.RemoveVoter(3, "", other));
        Assert.That(removed.Error, Is.EqualTo(ErrorCode.VoterNotFound), removed.Message);
        Task<VoterProtocol.VotersDecided> waiting = AddAsync(first, TimeSpan.FromSeconds(5), Two);
        await Eventually.True(
            async () => (await AddAsync(first, TimeSpan.Zero, Three)).Message!.Contains(
                "Node 2 is being added", StringComparison.Ordinal),
            "the second is refused at once",
            Patience);
        VoterProtocol.VotersDecided late = await waiting;
        Assert.That((late.Error, late.Id), Is.EqualTo((ErrorCode.RequestTimedOut, 8L)));
        Assert.That(late.Message, Does.Contain("node 2 has not answered"));
    }

    [Test]
    public async Task An_observer_far_behind_is_sent_a_snapshot_larger_than_a_frame()
    {
        const string often = "kafka-actors.metadata.log.max.entries.between.snapshots = 5";
        ControllerTestNode first = await StartAsync(1, null, often);
        await first.RegisterAsync();
        for (int batch = 0; batch < 8; batch++)
        {
            NewTopic[] topics = [.. Enumerable.Range(0, 250).Select(index => NewTopic.Named(
                $"{batch}-{index}-{new string('x', 200)}", partitions: 1, replicationFactor: 1))];
            var created = (ControllerProtocol.TopicsChanged)await first.AskAsync(
                new ControllerProtocol.CreateTopics(7, topics, ValidateOnly: false));
            Assert.That(created.Topics.Select(topic => topic.Error), Is.All.EqualTo(ErrorCode.None));
        }

        ControllerTestNode second = await StartAsync(2, first, often);
        VoterProtocol.VotersDecided decided = await AddAsync(first, Two);
        Assert.That(decided.Error, Is.EqualTo(ErrorCode.None), decided.Message);
        await Sees(second, image => image.Voters.Length == 2 && image.Topics.Count == 2000, "everything");
        string snapshot = _root.Combine(Path.Combine("2", "__cluster_metadata-0", "metadata.snapshot"));
        Assert.That(new FileInfo(snapshot).Length, Is.GreaterThan(300_000));
    }

    private static Task<VoterProtocol.VotersDecided> AddAsync(ControllerTestNode node, params NodeId[] added) =>
        AddAsync(node, TimeSpan.FromSeconds(25), added);

    private static async Task<VoterProtocol.VotersDecided> AddAsync(
        ControllerTestNode node, TimeSpan patience, params NodeId[] added)
    {
        ImmutableArray<NewVoter> voters = [.. added.Select(id => new NewVoter(id, null))];
        ControllerProtocol.Reply reply =
            await node.AskAsync(new VoterProtocol.AddVoters(8, "", voters, patience));
        return reply is ControllerProtocol.Refused refused
            ? new VoterProtocol.VotersDecided(8, refused.Error, refused.Message, MetadataOffset.None)
            : (VoterProtocol.VotersDecided)reply;
    }

    private async Task<ControllerTestNode> StartAsync(int node, ControllerTestNode? seed, string hocon = "")
    {
        // The other tests of this process can keep a node from its heartbeats for longer than the shipped pause.
        const string patient = "akka.cluster.failure-detector.acceptable-heartbeat-pause = 8s";
        ControllerTestNode started = await ControllerTestNode.StartAsync(
            node, _root.Combine(node.ToString(CultureInfo.InvariantCulture)), isVoter: true, seed?.Address,
            seed is null ? [One] : null, "", $"{patient}\n{hocon}");
        _nodes.Add(started);
        return started;
    }

    private static Task Sees(ControllerTestNode node, Func<MetadataImage, bool> condition, string what) =>
        Eventually.True(() => condition(node.Image), what, Patience);
}
