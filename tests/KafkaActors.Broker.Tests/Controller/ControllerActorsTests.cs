using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Controller;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ControllerActorsTests
{
    private static readonly NodeId One = new(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("controller-").FullName;
    private readonly List<ControllerTestNode> _nodes = [];

    [TearDown]
    public async Task EndNodes()
    {
        foreach (ControllerTestNode node in _nodes) await node.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public async Task A_single_node_forms_a_cluster_and_changes_survive_its_restart()
    {
        ControllerTestNode node = await StartAsync(1, isVoter: true, initialVoters: [One]);
        await node.RegisterAsync();
        TopicResult created = await CreateAsync(node, "t", 2);
        Assert.That(created.Error, Is.EqualTo(ErrorCode.None), created.Message);
        await Sees(node, image => image.Topic("t")?.Partitions.Count == 2, "the topic");
        string clusterId = node.Image.ClusterId;
        await node.DisposeAsync();

        node = await StartAsync(1, isVoter: true, clusterId: clusterId);
        await Sees(node, image => image.Topic("t")?.Id == created.Id, "the topic after a restart");
        Assert.That(node.Image.ClusterId, Is.EqualTo(clusterId));
        Assert.That(node.Image.ControllerEpoch, Is.EqualTo(2));
        await Sees(node, image => image.Broker(One)!.IsFenced, "that the former process is gone");
        await node.RegisterAsync();
        await Sees(node, image => image.Partition(new TopicIdPartition(created.Id, 0))!.Leader == One, "the leader");
        Assert.That(node.Fatal, Is.Empty);
    }

    [Test]
    public async Task A_node_whose_metadata_log_is_lost_forms_no_second_cluster_and_says_so()
    {
        ControllerTestNode node = await StartAsync(1, isVoter: true, initialVoters: [One], clusterId: "lost");
        await Eventually.True(() => node.Fatal.Count > 0, "that it gives up", Patience);
        Assert.That(node.Fatal[0], Does.Contain("lost").And.Contain(ControllerServices.DirectoryName));
        Assert.That(node.Image.IsFormed, Is.False);
    }

    [Test]
    public async Task What_is_decided_without_a_change_is_answered_too()
    {
        ControllerTestNode node = await StartAsync(1, isVoter: true, initialVoters: [One]);
        BrokerEpoch epoch = await node.RegisterAsync();
        Assert.That((await CreateAsync(node, "bad name", 1)).Error, Is.EqualTo(ErrorCode.InvalidTopicException));
        for (int block = 0; block < 2; block++)
        {
            var ids = (ControllerProtocol.ProducerIdsAllocated)await node.AskAsync(
                new ControllerProtocol.AllocateProducerIds(9, One, epoch));
            Assert.That(
                (ids.Error, ids.First, ids.Count, ids.Id), Is.EqualTo((ErrorCode.None, block * 1000L, 1000, 9L)));
        }

        var stale = (ControllerProtocol.BrokerDecided)await node.AskAsync(
            new ControllerProtocol.UnfenceBroker(1, One, new BrokerEpoch(0)));
        Assert.That(stale.Error, Is.EqualTo(ErrorCode.StaleBrokerEpoch));
    }

    [Test]
    public async Task A_single_voter_whose_disk_hangs_waits_and_refuses_meanwhile()
    {
        using var release = new ManualResetEventSlim();
        var disk = new FailingFileSystem();
        ControllerTestNode node = await StartAsync(
            1, isVoter: true, initialVoters: [One], hocon: "kafka-actors.controller.quorum.loss.timeout.ms = 500",
            files: disk);
        await node.RegisterAsync();
        disk.Hangs = (ControllerServices.DirectoryName, release);
        Task<TopicResult> waiting = CreateAsync(node, "waits", 1);

        var refused = await Refused(node);
        disk.Hangs = null;
        release.Set();
        TopicResult created = await waiting.WaitAsync(Patience);

        Assert.That(refused.Message, Does.Contain("nothing of this was done"));
        Assert.That(created.Error, Is.EqualTo(ErrorCode.None), created.Message);
        Assert.That((await CreateAsync(node, "next", 1)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(node.Fatal, Is.Empty);
        Assert.That(node.Image.ControllerEpoch, Is.EqualTo(1), "nobody else took over");
    }

    [Test]
    public async Task A_partition_whose_log_failed_has_no_leader_until_its_broker_registers_again()
    {
        ControllerTestNode node = await StartAsync(1, isVoter: true, initialVoters: [One]);
        BrokerEpoch epoch = await node.RegisterAsync();
        TopicId topic = (await CreateAsync(node, "t", 2)).Id;
        var failed = new TopicIdPartition(topic, 0);

        var told = (ControllerProtocol.BrokerDecided)await node.AskAsync(
            new ControllerProtocol.ReportOffline(4, One, epoch, [failed]));
        Assert.That(told.Error, Is.EqualTo(ErrorCode.None), told.Message);
        await Sees(node, image => image.Partition(failed)?.Leader == NodeId.None, "that nobody leads it");
        Assert.That(node.Image.Partition(failed)!.Isr, Is.EqualTo(new[] { One }));
        Assert.That(node.Image.Partition(new TopicIdPartition(topic, 1))!.Leader, Is.EqualTo(One));

        string clusterId = node.Image.ClusterId;
        await node.DisposeAsync();
        node = await StartAsync(1, isVoter: true, clusterId: clusterId);
        await node.RegisterAsync();
        await Sees(node, image => image.Partition(failed)?.Leader == One, "the leader after the restart");
    }

    [Test]
    public async Task A_change_too_large_for_a_frame_reaches_every_node_and_a_stopped_broker_is_fenced()
    {
        ControllerTestNode voter = await StartAsync(1, isVoter: true, initialVoters: [One]);
        ControllerTestNode second = await StartAsync(2, isVoter: false, seed: voter);
        ControllerTestNode third = await StartAsync(3, isVoter: false, seed: voter);
        foreach (ControllerTestNode node in _nodes) await node.RegisterAsync();
        TopicResult created = await CreateAsync(third, "large", 10_000);
        Assert.That(created.Error, Is.EqualTo(ErrorCode.None), created.Message);
        foreach (ControllerTestNode node in _nodes)
            await Sees(node, image => image.Topic("large")?.Partitions.Count == 10_000, $"the topic at {node.Node}");
        Assert.That(second.Image.HostedBy(new NodeId(2)), Has.Count.InRange(3333, 3334));

        await third.DisposeAsync();
        await Sees(second, image => image.Broker(new NodeId(3))!.IsFenced, "that node 3 is gone");
        ILookup<bool, PartitionImage> partitions =
            second.Image.Topic("large")!.Partitions.ToLookup(partition => partition.HasLeader);
        Assert.That(partitions[false].Select(partition => partition.Replicas[0].Value), Is.All.EqualTo(3));
        Assert.That(partitions[true].Count(), Is.InRange(6666, 6667));
    }

    [Test]
    public async Task A_request_too_large_for_a_frame_is_answered_from_another_node()
    {
        ControllerTestNode voter = await StartAsync(1, isVoter: true, initialVoters: [One]);
        ControllerTestNode second = await StartAsync(2, isVoter: false, seed: voter);
        await voter.RegisterAsync();
        NewTopic[] topics = [.. Enumerable.Range(0, 4000).Select(index =>
            NewTopic.Named($"{index}-{new string('x', 200)}", partitions: 1, replicationFactor: 1))];
        var created = (ControllerProtocol.TopicsChanged)await second.AskAsync(
            new ControllerProtocol.CreateTopics(7, topics, ValidateOnly: true));
        Assert.That(created.Topics.Select(topic => topic.Topic), Is.EqualTo(topics.Select(topic => topic.Name)));
        Assert.That(created.Topics.Select(topic => topic.Error), Is.All.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Three_voters_form_a_cluster_and_go_on_without_their_controller()
    {
        (ControllerTestNode first, ControllerTestNode second, ControllerTestNode third) = await StartVotersAsync();
        TopicResult created = await CreateAsync(second, "t", 3);
        Assert.That(created.Error, Is.EqualTo(ErrorCode.None), created.Message);

        await first.DisposeAsync();
        await Sees(third, image => image.Controller != One, "another controller");
        Assert.That((await CreateAsync(third, "u", 1)).Error, Is.EqualTo(ErrorCode.None));
        await Sees(second, image => image.Topic("u") is not null && image.Topic("t") is not null, "both topics");
        await Sees(second, image => image.Broker(One)!.IsFenced, "that node 1 is gone");
    }

    [Test]
    public async Task A_voter_that_no_image_has_reached_knows_from_its_log_who_the_voters_are()
    {
        (ControllerTestNode first, ControllerTestNode second, ControllerTestNode third) =
            await StartVotersAsync(isSecondTold: false);
        Assert.That(CommittedVoters.Of(second.System).OfImage, Is.Null);

        await first.DisposeAsync();
        await Sees(third, image => image.Controller != One, "another controller");
    }

    private async Task<(ControllerTestNode First, ControllerTestNode Second, ControllerTestNode Third)>
        StartVotersAsync(bool isSecondTold = true)
    {
        NodeId[] all = [One, new NodeId(2), new NodeId(3)];
        // The other tests of this process can keep a node from its heartbeats for longer than the shipped pause.
        const string patient = "akka.cluster.failure-detector.acceptable-heartbeat-pause = 8s";
        ControllerTestNode first = await StartAsync(1, isVoter: true, initialVoters: all, hocon: patient);
        ControllerTestNode second =
            await StartAsync(2, isVoter: true, first, all, hocon: patient, isToldVoters: isSecondTold);
        ControllerTestNode third = await StartAsync(3, isVoter: true, first, all, hocon: patient);
        foreach (ControllerTestNode node in _nodes) await node.RegisterAsync();
        await Sees(
            third,
            image => image.Voters.Select(voter => voter.Node).ToHashSet().SetEquals(all),
            "the voters at node 3");
        return (first, second, third);
    }

    private async Task<ControllerTestNode> StartAsync(
        int node, bool isVoter, ControllerTestNode? seed = null, NodeId[]? initialVoters = null, string clusterId = "",
        string hocon = "", IFileSystem? files = null, bool isToldVoters = true)
    {
        string path = Path.Combine(_root, node.ToString(System.Globalization.CultureInfo.InvariantCulture));
        ControllerTestNode started =
            await ControllerTestNode.StartAsync(
                node, path, isVoter, seed?.Address, initialVoters, clusterId, hocon, files, isToldVoters);
        _nodes.Add(started);
        return started;
    }

    /// <summary>What somebody is told who asks while nothing can be decided.</summary>
    private static async Task<ControllerProtocol.Refused> Refused(ControllerTestNode node)
    {
        ControllerProtocol.Refused? refused = null;
        await Eventually.True(
            async () =>
            {
                try
                {
                    refused = await node.AskAsync(new ControllerProtocol.UnfenceBroker(3, One, new BrokerEpoch(0)))
                        .WaitAsync(TimeSpan.FromMilliseconds(200)) as ControllerProtocol.Refused;
                }
                catch (TimeoutException)
                {
                    // It waits like the others, for now.
                }

                return refused is not null;
            },
            "that it refuses",
            Patience);
        return refused!;
    }

    private static async Task<TopicResult> CreateAsync(
        ControllerTestNode node, string name, int partitions)
    {
        var create = new ControllerProtocol.CreateTopics(
            7, [NewTopic.Named(name, partitions, replicationFactor: 1)], ValidateOnly: false);
        return ((ControllerProtocol.TopicsChanged)await node.AskAsync(create)).Topics.Single();
    }

    private async Task Sees(ControllerTestNode node, Func<MetadataImage, bool> condition, string what)
    {
        try
        {
            await Eventually.True(() => condition(node.Image), what, Patience);
        }
        catch (AssertionException missed)
        {
            foreach (ControllerTestNode one in _nodes) await one.DisposeAsync();
            throw new AssertionException($"{missed.Message}\n{string.Join('\n', _nodes)}");
        }
    }
}
