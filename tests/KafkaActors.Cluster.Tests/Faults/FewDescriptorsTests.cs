using System.Globalization;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A node that may open few files: clients are turned away and topics not opened, the process goes on, and says so in
/// few lines.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
public sealed class FewDescriptorsTests
{
    private const int Few = 230;
    private const int TooFew = 160;
    private const int Clients = 150;
    private const int IdleConnections = 400;
    private const int Partitions = 40;
    private const int MaxLines = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task With_few_descriptors_clients_are_turned_away_and_the_process_goes_on()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(Launch(directory, Few));
        List<KafkaWireClient> clients = [];
        for (int i = 0; i < Clients; i++) clients.Add(await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!));
        bool[] served = await Task.WhenAll(clients.Select(IsServedAsync));
        Assert.That(served.Count(isServed => isServed), Is.InRange(1, Few / 2), node.Process.Describe());
        CreateTopicsResponse created = await clients[Array.IndexOf(served, true)].AskAsync<CreateTopicsResponse>(
            new CreateTopicsRequest
            {
                Topics = [new() { Name = "many", NumPartitions = Partitions, ReplicationFactor = 1 }], TimeoutMs = 5000,
            });
        Assert.That(created.Topics, Has.Count.EqualTo(1));
        clients.ForEach(client => client.Dispose());
        await Eventually.True(
            async () =>
            {
                using KafkaWireClient next = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
                return await IsServedAsync(next);
            },
            "there is room again",
            Patience);
        await Eventually.True(
            () => node.Process.ErrorLines.Any(line => line.Contains("turned away", StringComparison.Ordinal)),
            "those who were turned away are counted",
            Patience);
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Assert.That(node.Process.ErrorLines, Has.Count.LessThan(MaxLines), node.Process.Describe());
    }

    [Test]
    public async Task With_too_few_descriptors_a_node_says_what_it_needs_and_does_not_start()
    {
        using TempDirectory directory = new();
        await using ExternalProcess process = Launch(directory, TooFew).Start();
        Assert.That(await process.WaitForExitAsync(Patience), Is.EqualTo(1), process.Describe());
        Assert.That(process.ErrorLines, Has.Count.EqualTo(1));
        Assert.That(process.ErrorLines[0], Does.Contain("ulimit -n"));
    }

    [Test]
    public async Task A_flood_of_idle_connections_to_the_Akka_port_ends_no_process()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(Launch(directory, Few));
        List<Socket> idle = [];
        for (int i = 0; i < IdleConnections; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            idle.Add(socket);
            await socket.ConnectAsync(node.Host, node.AkkaPort);
        }

        await Eventually.True(
            () => node.Process.ErrorLines.Any(line => line.Contains("Akka port, ", StringComparison.Ordinal)),
            "those that say nothing are counted",
            Patience);
        idle.ForEach(socket => socket.Dispose());
        await Eventually.True(
            async () =>
            {
                using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
                return await IsServedAsync(client);
            },
            "Kafka clients are served",
            Patience);
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
    }

    private static NodeLaunch Launch(TempDirectory directory, int descriptors) => new()
    {
        DataDirectory = directory.Path,
        Under =
        [
            "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {descriptors}; exec \"$@\""), "sh",
        ],
    };

    private static async Task<bool> IsServedAsync(KafkaWireClient client)
    {
        try
        {
            await client.SendRawAsync(KafkaWireClient.Frame(new ApiVersionsRequest(), 0));
            return await client.ReceiveFrameAsync() is not null;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
