using System.Net;
using System.Net.Sockets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Testing.Tests;

/// <summary>Three nodes in this process, and what can be done to them.</summary>
public sealed class KafkaActorsClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private KafkaActorsCluster _kafka = null!;

    [SetUp]
    public async Task Start() =>
        _kafka = await KafkaActorsCluster.StartAsync(options: new() { Log = TestContext.Progress });

    [TearDown]
    public async Task Stop() => await _kafka.DisposeAsync();

    [Test]
    public async Task Any_node_leads_to_the_records_of_all()
    {
        await _kafka.CreateTopicAsync("spread", partitions: 3);
        foreach (KafkaActorsClusterNode node in _kafka.Nodes)
        {
            using KafkaClient client = new(node.BootstrapServers);
            await client.ProduceToAllAsync("spread", 3, $"by-{node.Id}");
            Assert.That(client.Leaders("spread").Values, Is.EquivalentTo(new[] { 1, 2, 3 }));
        }

        using KafkaClient reader = new(_kafka.BootstrapServers);
        Assert.That(reader.Read("spread", 3), Is.EqualTo(new[] { "by-1", "by-2", "by-3" }));
    }

    [Test]
    public async Task A_killed_node_refuses_connections_and_comes_back_with_its_records_at_its_addresses()
    {
        await _kafka.CreateTopicAsync("kept", partitions: 3);
        using KafkaClient client = new(_kafka.BootstrapServers);
        await client.ProduceToAllAsync("kept", 3, "before");
        string address = _kafka[3].BootstrapServers;

        _kafka[3].Kill();
        Assert.That(_kafka[3].IsRunning, Is.False);
        using (TcpClient visitor = new())
            Assert.That(() => visitor.ConnectAsync(IPEndPoint.Parse(address)), Throws.TypeOf<SocketException>());
        await Eventually.True(
            () => client.Brokers().SequenceEqual([1, 2]), "the others know that it is gone", Patience);

        await _kafka[3].RestartAsync();
        Assert.That(_kafka[3].BootstrapServers, Is.EqualTo(address));
        await client.ProduceToAllAsync("kept", 3, "after");
        for (int partition = 0; partition < 3; partition++)
            Assert.That(client.Read("kept", 2, partition), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public async Task A_killed_node_changes_nothing_on_its_disk()
    {
        await _kafka.CreateTopicAsync("kept", partitions: 3);
        string data = _kafka[2].DataDirectory;
        _kafka[2].Kill();
        Dictionary<string, (DateTime, long)> left = Files(data);
        await _kafka[2].StopAsync();
        Assert.That(Files(data), Is.EquivalentTo(left));
        Assert.That(left.Keys.Any(name => name.Contains("clean", StringComparison.Ordinal)), Is.False);
    }

    [Test]
    public async Task A_paused_node_does_not_answer_until_it_is_resumed()
    {
        await _kafka.CreateTopicAsync("slow", partitions: 3);
        using KafkaClient client = new(_kafka.BootstrapServers);
        await client.ProduceToAllAsync("slow", 3, "before");
        _kafka[3].Pause();
        Task[] sending = client.Leaders("slow").ToDictionary(
            entry => entry.Value, entry => client.ProduceToAsync("slow", entry.Key, "meanwhile"))
            .OrderBy(entry => entry.Key).Select(entry => (Task)entry.Value).ToArray();
        await Task.WhenAll(sending[0], sending[1]);
        Assert.That(sending[2].IsCompleted, Is.False);
        _kafka[3].Resume();
        await sending[2];
    }

    [Test]
    public async Task A_link_that_is_cut_holds_back_what_goes_over_it_and_nothing_else()
    {
        // Through a node that is not the controller, which has to ask it.
        int controller = (await _kafka.ControllerAsync())!.Id;
        int[] others = [.. _kafka.Nodes.Select(node => node.Id).Where(id => id != controller)];
        _kafka.Cut(controller, others[0]);
        Task creating = CreateTopicAsync(_kafka[others[0]], "late");
        await CreateTopicAsync(_kafka[others[1]], "at-once");
        Assert.That(creating.IsCompleted, Is.False);
        _kafka.MendAll();
        await creating;
    }

    [Test]
    public async Task A_link_that_is_cut_one_way_still_carries_the_other()
    {
        int controller = (await _kafka.ControllerAsync())!.Id;
        int other = _kafka.Nodes.First(node => node.Id != controller).Id;
        _kafka.CutOneWay(controller, other);
        Task creating = CreateTopicAsync(_kafka[other], "asked-for");
        using KafkaClient client = new(_kafka[controller].BootstrapServers);
        await Eventually.True(
            () => client.Topics().ContainsKey("asked-for"), "the controller has heard what it was asked", Patience);
        Assert.That(creating.IsCompleted, Is.False, "its answer is held back");
        _kafka.Mend(controller, other);
        await creating;
    }

    private static async Task CreateTopicAsync(KafkaActorsClusterNode node, string topic)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.BootstrapServers);
        var request = new CreateTopicsRequest
        {
            Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }],
            TimeoutMs = 60_000,
        };
        var created = await client.AskAsync<CreateTopicsResponse>(request);
        Assert.That(created.Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private static Dictionary<string, (DateTime Written, long Length)> Files(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .ToDictionary(file => file.FullName, file => (file.LastWriteTimeUtc, file.Length));
}
