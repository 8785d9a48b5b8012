using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Testing.Tests;

/// <summary>Every node of a cluster can be asked anything, and they answer alike.</summary>
public sealed class AnyNodeTests
{
    private const string Topic = "spread";

    private static readonly NodeId[] All = [new(1), new(2), new(3)];

    private KafkaActorsCluster _kafka = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _kafka = await KafkaActorsCluster.StartAsync(options: new() { Log = TestContext.Progress });
        await _kafka.CreateTopicAsync(Topic, partitions: 6);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _kafka.DisposeAsync();

    [Test]
    public async Task Partitions_are_spread_evenly_within_a_topic_and_over_all_topics()
    {
        for (int number = 0; number < 5; number++) await _kafka.CreateTopicAsync($"one-{number}", partitions: 1);
        await _kafka.CreateTopicAsync("uneven", partitions: 4);
        MetadataResponse metadata = await AskAsync<MetadataResponse>(_kafka[2], new MetadataRequest());
        foreach (MetadataResponse.MetadataTopic topic in metadata.Topics)
        {
            int[] led = [.. All.Select(node => topic.Partitions.Count(partition => partition.LeaderId == node))];
            Assert.That(led.Max() - led.Min(), Is.LessThanOrEqualTo(1), topic.Name);
        }

        int[] inAll = [.. All.Select(node => metadata.Topics.Sum(topic =>
            topic.Partitions.Count(partition => partition.LeaderId == node)))];
        Assert.That(inAll.Max() - inAll.Min(), Is.LessThanOrEqualTo(1), string.Join(", ", inAll));
    }

    [Test]
    public async Task All_name_the_same_nodes_controller_leaders_and_coordinator()
    {
        await FindAsync(_kafka[1]);
        List<string> answers = [];
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            var metadata = await AskAsync<MetadataResponse>(
                node, new MetadataRequest { Topics = [new() { Name = Topic }] });
            var cluster = await AskAsync<DescribeClusterResponse>(
                node, new DescribeClusterRequest { EndpointType = 1 });
            answers.Add($"""
                {metadata.ClusterId} {cluster.ClusterId} {metadata.ControllerId} {cluster.ControllerId}
                {string.Join(' ', metadata.Brokers.Select(one => $"{one.NodeId}={one.Host}:{one.Port}"))}
                {string.Join(' ', cluster.Brokers.Select(one => $"{one.BrokerId}={one.Host}:{one.Port}"))}
                {string.Join(' ', metadata.Topics[0].Partitions.Select(one => $"{one.LeaderId}/{one.LeaderEpoch}"))}
                {await FindAsync(node)}
                """);
        }

        Assert.That(answers.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n", answers));
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
            Assert.That(answers[0], Does.Contain($"{node.Id}={node.BootstrapServers}"));
    }

    [Test]
    public async Task Each_listener_and_the_door_of_client_actors_name_addresses_of_their_own_kind()
    {
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            string at = node.Doors.Host.At(node.Doors.Nodes.Port);
            using KafkaWireClient between = await KafkaWireClient.ConnectAsync(at);
            var metadata = await between.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] });
            Assert.That(
                metadata.Brokers.OrderBy(broker => broker.NodeId).Select(broker => broker.Port),
                Is.EqualTo(_kafka.Nodes.Select(other => other.Doors.Nodes.Port)));
            await using KafkaActorsClient actors = await KafkaActorsClient.StartAsync(node.AkkaAddress);
            ClusterDescription described = await actors.Admin.DescribeAsync([Topic]);
            Assert.That(
                described.Brokers.OrderBy(broker => broker.Node).Select(broker => broker.Port),
                Is.EqualTo(_kafka.Nodes.Select(other => other.Doors.Akka.Port)));
            Assert.That(
                described.Topics.Single().Partitions.Select(one => one.Leader).Distinct(), Is.EquivalentTo(All));
        }
    }

    [Test]
    public async Task Changes_through_any_node_are_made_and_seen_at_that_node_at_once()
    {
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            string topic = $"through-{node.Id}";
            var created = await AskAsync<CreateTopicsResponse>(node, new CreateTopicsRequest
            {
                Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }], TimeoutMs = 60_000,
            });
            var grown = await AskAsync<CreatePartitionsResponse>(node, new CreatePartitionsRequest
            {
                Topics = [new() { Name = topic, Count = 3 }], TimeoutMs = 60_000,
            });
            var altered = await AskAsync<IncrementalAlterConfigsResponse>(node, new IncrementalAlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = 2,
                        ResourceName = topic,
                        Configs = [new() { Name = "retention.ms", Value = "1000" }],
                    },
                ],
            });
            Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That(grown.Results[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That(altered.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That((await DescribeAsync(node, topic)).Partitions, Has.Count.EqualTo(3));
            var deleted = await AskAsync<DeleteTopicsResponse>(
                node, new DeleteTopicsRequest { Topics = [new() { Name = topic }], TimeoutMs = 60_000 });
            Assert.That(deleted.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That((await DescribeAsync(node, topic)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        }
    }

    [Test]
    public async Task Who_does_not_lead_a_partition_says_who_does()
    {
        MetadataResponse.MetadataTopic topic = await DescribeAsync(_kafka[1], Topic);
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            MetadataResponse.MetadataPartition led = topic.Partitions.First(one => one.LeaderId.Value != node.Id);
            KafkaActorsClusterNode leader = _kafka[led.LeaderId.Value];
            var produced = await AskAsync<ProduceResponse>(node, Produce(led.PartitionIndex));
            var fetched = await AskAsync<FetchResponse>(node, Fetch(topic.TopicId, led.PartitionIndex));
            var listed = await AskAsync<ListOffsetsResponse>(node, new ListOffsetsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = Topic,
                        Partitions = [new() { PartitionIndex = led.PartitionIndex, Timestamp = -1 }],
                    },
                ],
            });
            Assert.That(listed.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));

            ProduceResponse.PartitionProduceResponse stored = produced.Responses[0].PartitionResponses[0];
            Assert.That(stored.ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
            Assert.That(stored.CurrentLeader!.LeaderId, Is.EqualTo(led.LeaderId));
            Assert.That(stored.CurrentLeader.LeaderEpoch, Is.EqualTo(led.LeaderEpoch));
            Assert.That(Ports(produced.NodeEndpoints.Select(one => (one.NodeId, one.Host, one.Port))),
                Is.EqualTo(new[] { (led.LeaderId, leader.BootstrapServers) }));

            FetchResponse.PartitionData read = fetched.Responses[0].Partitions[0];
            Assert.That(read.ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
            Assert.That(read.CurrentLeader!.LeaderId, Is.EqualTo(led.LeaderId));
            Assert.That(read.CurrentLeader.LeaderEpoch, Is.EqualTo(led.LeaderEpoch));
            Assert.That(Ports(fetched.NodeEndpoints.Select(one => (one.NodeId, one.Host, one.Port))),
                Is.EqualTo(new[] { (led.LeaderId, leader.BootstrapServers) }));
        }
    }

    private static IEnumerable<(NodeId, string)> Ports(IEnumerable<(NodeId Node, string Host, int Port)> endpoints) =>
        endpoints.Select(one => (one.Node, $"{one.Host}:{one.Port}"));

    private static ProduceRequest Produce(int partition)
    {
        var batch = new RecordBatchBuilder(1024);
        batch.TryAppend(0, new byte[] { 1 }, new byte[] { 2 });
        return new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 10_000,
            TopicData =
            [
                new()
                {
                    Name = Topic,
                    PartitionData = [new() { Index = partition, Records = new MemoryRecords(batch.Build()) }],
                },
            ],
        };
    }

    private static FetchRequest Fetch(TopicId topic, int partition) => new()
    {
        MaxBytes = 1000,
        Topics = [new() { TopicId = topic, Partitions = [new() { Partition = partition, PartitionMaxBytes = 1000 }] }],
    };

    /// <summary>The coordinators of several groups, once there are some.</summary>
    private static async Task<string> FindAsync(KafkaActorsClusterNode node)
    {
        string found = "";
        await Eventually.True(
            async () =>
            {
                var answer = await AskAsync<FindCoordinatorResponse>(
                    node, new FindCoordinatorRequest { CoordinatorKeys = ["a", "b", "c"] });
                found = string.Join(' ', answer.Coordinators.Select(one => $"{one.Key}={one.NodeId}:{one.Port}"));
                return answer.Coordinators.All(one => one.ErrorCode == ErrorCode.None);
            },
            "there is a coordinator",
            TimeSpan.FromSeconds(60));
        return found;
    }

    private static async Task<MetadataResponse.MetadataTopic> DescribeAsync(KafkaActorsClusterNode node, string topic)
    {
        var request = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        return (await AskAsync<MetadataResponse>(node, request)).Topics.Single();
    }

    private static async Task<TResponse> AskAsync<TResponse>(KafkaActorsClusterNode node, IRequestMessage request)
        where TResponse : IResponseMessage
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.BootstrapServers);
        return await client.AskAsync<TResponse>(request);
    }
}
