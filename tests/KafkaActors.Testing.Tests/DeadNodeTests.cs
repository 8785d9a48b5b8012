using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Testing.Tests;

/// <summary>What clients see of partitions whose only replica is on a node that has gone, and of all others.</summary>
public sealed class DeadNodeTests
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
    public async Task A_partition_without_a_leader_keeps_its_epoch_and_what_is_committed_at_every_node()
    {
        // So that the epoch of its leader is none that a client could be told by mistake.
        await _kafka[3].StopAsync();
        await _kafka[3].RestartAsync();
        MetadataResponse.MetadataPartition before = await OfThreeAsync(_kafka[1], 12);
        Assert.That(before.LeaderEpoch.Value, Is.GreaterThan(0));

        _kafka[3].Kill();
        foreach (int id in (int[])[1, 2])
        {
            await Eventually.True(
                async () => (await OfThreeAsync(_kafka[id], 12)).LeaderId == NodeId.None, "it has none", Patience);
            foreach (short version in (short[])[9, 12])
            {
                MetadataResponse.MetadataPartition row = await OfThreeAsync(_kafka[id], version);
                Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.LeaderNotAvailable));
                Assert.That(row.LeaderEpoch, Is.GreaterThanOrEqualTo(before.LeaderEpoch), "no epoch goes back");
                Assert.That(row.ReplicaNodes, Is.EqualTo(before.ReplicaNodes));
                Assert.That(row.IsrNodes, Is.EqualTo(before.IsrNodes));
                Assert.That(row.OfflineReplicas, Is.EqualTo(before.ReplicaNodes));
            }
        }
    }

    [Test]
    public async Task Clients_of_other_nodes_partitions_see_no_error()
    {
        using KafkaClient client = new(_kafka.BootstrapServers);
        int[] others = [.. client.Leaders(Topic).Where(led => led.Value != 3).Select(led => led.Key)];
        using CancellationTokenSource stop = new();
        // Fails with the first error that is not mended by the client itself; the client has its timeout for it.
        Task<int>[] writing = [.. others.Select(partition => WriteAsync(client, partition, stop.Token))];
        await Eventually.True(() => client.EndOffset(Topic) >= 0, "the client has begun", Patience);
        _kafka[3].Kill();
        await Eventually.True(() => client.Brokers().SequenceEqual([1, 2]), "the others know of it", Patience);
        await _kafka[3].RestartAsync();
        await stop.CancelAsync();
        Assert.That(await Task.WhenAll(writing), Is.All.GreaterThan(0));
    }

    [Test]
    public async Task A_dead_node_that_is_unregistered_is_forgotten_until_it_starts_again()
    {
        using KafkaClient client = new(_kafka.BootstrapServers);
        await client.ProduceToAllAsync(Topic, 3, "before");
        _kafka[3].Kill();
        await Eventually.True(() => client.Brokers().SequenceEqual([1, 2]), "the others know of it", Patience);
        KafkaActorsClusterNode asked = _kafka[2];
        Assert.That((await UnregisterAsync(asked, 3)).ErrorCode, Is.EqualTo(ErrorCode.None));
        UnregisterBrokerResponse again = await UnregisterAsync(asked, 3);
        Assert.That(again.ErrorCode, Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
        Assert.That(again.ErrorMessage, Does.Contain("3"));
        MetadataResponse.MetadataPartition row = await OfThreeAsync(asked, 12);
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.LeaderNotAvailable), "it is a replica still");

        await _kafka[3].RestartAsync();
        await client.ProduceToAllAsync(Topic, 3, "after");
        for (int partition = 0; partition < 3; partition++)
            Assert.That(client.Read(Topic, 2, partition), Is.EqualTo(new[] { "before", "after" }));
    }

    private static async Task<UnregisterBrokerResponse> UnregisterAsync(KafkaActorsClusterNode asked, int node)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(asked.BootstrapServers);
        return await client.AskAsync<UnregisterBrokerResponse>(
            new UnregisterBrokerRequest { BrokerId = new NodeId(node) });
    }

    private static async Task<int> WriteAsync(KafkaClient client, int partition, CancellationToken stop)
    {
        int count = 0;
        while (!stop.IsCancellationRequested)
        {
            long offset = await client.ProduceToAsync(Topic, partition, $"{count}");
            Assert.That(offset, Is.EqualTo(count++), "each once and in order");
        }

        return count;
    }

    /// <summary>The partition that node 3 has.</summary>
    private static async Task<MetadataResponse.MetadataPartition> OfThreeAsync(
        KafkaActorsClusterNode node, short version)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.BootstrapServers);
        var request = new MetadataRequest { Topics = [new() { Name = Topic }] };
        var response = await client.AskAsync<MetadataResponse>(request, version);
        return response.Topics.Single().Partitions.Single(one => one.ReplicaNodes.Contains(new NodeId(3)));
    }
}
