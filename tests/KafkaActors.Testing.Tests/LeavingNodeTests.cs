using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Testing.Tests;

/// <summary>Nodes that are told to stop while others and their clients go on.</summary>
public sealed class LeavingNodeTests
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
    public async Task A_stop_hands_over_controller_and_coordinator_and_clients_of_the_others_see_no_error()
    {
        using KafkaClient client = new(_kafka.BootstrapServers);
        foreach (bool isController in (bool[])[false, true])
        {
            int leaving = isController
                ? (await _kafka.ControllerAsync())!.Id
                : await CoordinatorAsync(_kafka[1], _ => true);
            KafkaActorsClusterNode stays = _kafka.Nodes.First(node => node.Id != leaving);
            int[] others = [.. client.Leaders(Topic).Where(led => led.Value != leaving).Select(led => led.Key)];
            using CancellationTokenSource stop = new();
            Task<int>[] writing = [.. others.Select(partition => WriteAsync(client, partition, stop.Token))];

            await _kafka[leaving].StopAsync();
            await CoordinatorAsync(stays, node => node != leaving);
            await Eventually.True(
                async () => (await _kafka.ControllerAsync())?.Id is { } now && now != leaving, "another is", Patience);
            await _kafka.CreateTopicAsync($"without-{isController}", partitions: 2);

            await _kafka[leaving].RestartAsync();
            await stop.CancelAsync();
            Assert.That(await Task.WhenAll(writing), Is.All.GreaterThanOrEqualTo(0));
        }
    }

    [Test]
    public async Task Of_two_nodes_that_are_told_to_stop_at_once_both_end_and_the_cluster_serves_when_they_are_back()
    {
        int coordinator = await CoordinatorAsync(_kafka[1], _ => true);
        int[] leaving = [coordinator, _kafka.Nodes.First(node => node.Id != coordinator).Id];
        await Task.WhenAll(leaving.Select(id => _kafka[id].StopAsync()));
        Assert.That(_kafka.Nodes.Where(node => node.IsRunning).Select(node => node.Id), Is.EquivalentTo(
            new[] { 1, 2, 3 }.Except(leaving)));

        await Task.WhenAll(leaving.Select(id => _kafka[id].RestartAsync()));
        await _kafka.CreateTopicAsync("afterwards", partitions: 3);
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            using KafkaClient client = new(node.BootstrapServers);
            await client.ProduceToAllAsync("afterwards", 3, "record");
            await CoordinatorAsync(node, _ => true);
        }
    }

    private static async Task<int> WriteAsync(KafkaClient client, int partition, CancellationToken stop)
    {
        int count = 0;
        while (!stop.IsCancellationRequested)
        {
            await client.ProduceToAsync(Topic, partition, $"{count}");
            count++;
        }

        return count;
    }

    /// <summary>Who coordinates groups, once it is whom the test waits for.</summary>
    private static async Task<int> CoordinatorAsync(KafkaActorsClusterNode asked, Func<int, bool> isAwaited)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(asked.BootstrapServers);
        int node = -1;
        await Eventually.True(
            async () =>
            {
                var found = await client.AskAsync<FindCoordinatorResponse>(
                    new FindCoordinatorRequest { CoordinatorKeys = ["a", "b", "c", "d", "e"] });
                // The groups of a partition that nobody leads have none.
                node = found.Coordinators.Where(one => one.ErrorCode == ErrorCode.None)
                    .Select(one => one.NodeId.Value).DefaultIfEmpty(-1).First();
                return node >= 0 && isAwaited(node);
            },
            "there is a coordinator",
            Patience);
        return node;
    }
}
