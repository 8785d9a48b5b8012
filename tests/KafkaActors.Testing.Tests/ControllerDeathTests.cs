using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Testing.Tests;

/// <summary>What clients see of the controller's death, and of everybody's.</summary>
public sealed class ControllerDeathTests
{
    private const string Topic = "spread";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private KafkaActorsCluster _kafka = null!;

    [SetUp]
    public async Task Start()
    {
        _kafka = await KafkaActorsCluster.StartAsync(options: new() { Log = TestContext.Progress });
        await _kafka.CreateTopicAsync(Topic, partitions: 3);
    }

    [TearDown]
    public async Task Stop() => await _kafka.DisposeAsync();

    [Test]
    public async Task Requests_under_way_are_answered_and_what_the_answers_say_is_so()
    {
        KafkaActorsClusterNode controller = (await _kafka.ControllerAsync())!;
        KafkaActorsClusterNode[] left = [.. _kafka.Nodes.Where(node => node != controller)];
        var asking = new Dictionary<string, Task<CreateTopicsResponse>>();
        foreach (KafkaActorsClusterNode node in left)
            for (int number = 0; number < 3; number++)
                asking.Add($"asked-{node.Id}-{number}", CreateAsync(node, $"asked-{node.Id}-{number}"));
        controller.Kill();

        foreach ((string topic, Task<CreateTopicsResponse> asked) in asking)
        {
            ErrorCode error = (await asked).Topics.Single().ErrorCode;
            Assert.That(error, Is.AnyOf(ErrorCode.None, ErrorCode.RequestTimedOut), topic);
            if (error != ErrorCode.None) continue;
            foreach (KafkaActorsClusterNode node in left)
                await Eventually.True(
                    async () => (await DescribeAsync(node, topic, 12)).ErrorCode == ErrorCode.None,
                    $"{topic} is known at {node.Id}", Patience);
        }

        await _kafka.CreateTopicAsync("afterwards", partitions: 2);
        Assert.That((await _kafka.ControllerAsync())!.Id, Is.Not.EqualTo(controller.Id));
    }

    [Test]
    public async Task Epochs_do_not_go_back_while_all_nodes_start_again_after_all_were_killed()
    {
        Dictionary<int, int> before = Epochs(await DescribeAsync(_kafka[1], Topic, 12));
        foreach (KafkaActorsClusterNode node in _kafka.Nodes) node.Kill();
        await Task.WhenAll(_kafka.Nodes.Select(async node =>
        {
            await node.RestartAsync();
            foreach (short version in (short[])[9, 12])
            {
                MetadataResponse.MetadataTopic topic = await DescribeAsync(node, Topic, version);
                foreach ((int partition, int epoch) in Epochs(topic))
                    Assert.That(epoch, Is.GreaterThanOrEqualTo(before[partition]), $"{partition} at {node.Id}");
                Assert.That(topic.Partitions.Select(one => one.IsrNodes), Is.All.Not.Empty);
            }
        }));
    }

    private static Dictionary<int, int> Epochs(MetadataResponse.MetadataTopic topic) =>
        topic.Partitions.ToDictionary(partition => partition.PartitionIndex, partition => partition.LeaderEpoch.Value);

    private static async Task<CreateTopicsResponse> CreateAsync(KafkaActorsClusterNode node, string topic)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.BootstrapServers);
        return await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }], TimeoutMs = 25_000,
        });
    }

    private static async Task<MetadataResponse.MetadataTopic> DescribeAsync(
        KafkaActorsClusterNode node, string topic, short version)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.BootstrapServers);
        var request = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        return (await client.AskAsync<MetadataResponse>(request, version)).Topics.Single();
    }
}
