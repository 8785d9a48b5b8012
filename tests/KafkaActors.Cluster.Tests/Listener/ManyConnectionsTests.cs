using System.Text.RegularExpressions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>Clients in numbers, and clients that do not take what they asked for: memory stays bounded.</summary>
[Category("Cluster")]
public sealed partial class ManyConnectionsTests
{
    private const int Idle = 1000;
    private const int Busy = 100;
    private const int RoundsOfBusy = 50;
    private const int Stuck = 20;
    private const string Topic = "wide";
    private const long MaxResidentBytes = 400L * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_thousand_idle_and_a_hundred_busy_connections_are_served_in_bounded_memory()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await StartAsync(directory);
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        KafkaWireClient[] idle = await ConnectAsync(node, Idle);
        KafkaWireClient[] busy = await ConnectAsync(node, Busy);
        await Task.WhenAll(busy.Select(AskOftenAsync));
        Assert.That(node.Process.ResidentBytes, Is.LessThan(MaxResidentBytes));
        // Those that were idle all the while are still served.
        await Task.WhenAll(idle.Select(client => client.AskAsync<ApiVersionsResponse>(Versions())));
        (int records, _) = await steady.StopAsync();
        Assert.That(records, Is.GreaterThan(0));
        foreach (KafkaWireClient client in idle.Concat(busy)) client.Dispose();
    }

    [Test]
    public async Task Clients_that_stop_reading_or_sending_are_cut_off_and_others_do_not_notice()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await StartAsync(directory, "socket.stall.timeout.ms=2000");
        TopicId id = await FillAsync(node);
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        var stuck = new List<KafkaWireClient>();
        for (int i = 0; i < Stuck; i++)
        {
            // It asks for much, and reads none of it: the answer stays half on its way.
            KafkaWireClient reader = await KafkaWireClient.ConnectAsync("127.0.0.1", Port(node), receiveBytes: 4096);
            for (int requests = 0; requests < 20; requests++)
                await reader.SendAsync(SampleRequests.Fetch(Topic, id, 0));
            stuck.Add(reader);
            // It begins a request, and never ends it.
            KafkaWireClient half = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
            await half.SendRawAsync(KafkaWireClient.Frame(Versions(), 0).AsMemory(0, 7));
            stuck.Add(half);
        }

        await Eventually.True(
            () => node.Process.ErrorLines.Sum(CutOff) >= stuck.Count,
            "every stuck client is cut off",
            Patience);
        Assert.That(node.Process.ResidentBytes, Is.LessThan(MaxResidentBytes));
        (int records, TimeSpan slowest) = await steady.StopAsync();
        Assert.That(records, Is.GreaterThan(0));
        Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(5)));
        stuck.ForEach(client => client.Dispose());
    }

    private static Task<NodeProcess> StartAsync(TempDirectory directory, params string[] settings) =>
        NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = directory.Path, Settings = settings, Arguments = ["--log-level", "info"],
        });

    // At each sweep the node tells how many there were.
    private static int CutOff(string line) => SweptCutOff().Match(line) is { Success: true } count
        ? int.Parse(count.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    [GeneratedRegex(@"(\d+) Kafka clients were cut off")]
    private static partial Regex SweptCutOff();

    private static int Port(NodeProcess node) => int.Parse(
        node.KafkaBootstrap!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static ApiVersionsRequest Versions() =>
        new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1" };

    private static async Task<KafkaWireClient[]> ConnectAsync(NodeProcess node, int count)
    {
        var clients = new KafkaWireClient[count];
        for (int i = 0; i < count; i++) clients[i] = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        return clients;
    }

    private static async Task AskOftenAsync(KafkaWireClient client)
    {
        for (int round = 0; round < RoundsOfBusy; round++)
            await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null });
    }

    // More than the sockets' buffers hold.
    private static async Task<TopicId> FillAsync(NodeProcess node)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        CreateTopicsResponse created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        string value = new('x', 500_000);
        for (int batches = 0; batches < 20; batches++)
        {
            ProduceResponse produced = await client.AskAsync<ProduceResponse>(
                SampleRequests.Produce(Topic, SampleRequests.Batch(value)));
            Assert.That(produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        }

        return created.Topics[0].TopicId;
    }
}
