using System.Net;
using System.Net.Sockets;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>
/// Every command against a node that shows its Kafka port alone, and that under another name than the one it is
/// contacted by: the way to its Akka port is a name that leads nowhere.
/// </summary>
[Category("Interop")]
[CancelAfter(120_000)]
public sealed class CommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory = new();
    private NodeProcess _node = null!;
    private string _contact = "";
    private string _advertised = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        int port = FreePort();
        _contact = $"127.0.0.1:{port}";
        _advertised = $"127.0.0.2:{port}";
        _node = await NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = _directory.Combine("data"),
            Settings =
            [
                $"kafka.listeners=PLAINTEXT://0.0.0.0:{port}",
                $"kafka.advertised.listeners=PLAINTEXT://{_advertised}",
                // Nobody but the node itself finds its Akka port: what it advertises is an address of its own.
                "listeners.akka.host=127.0.0.3",
            ],
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Commands_work_one_after_the_other()
    {
        await Run("", "topics", "--create", "--topic", "t", "--partitions", "2", "--replication-factor", "1");
        Assert.That(await Run("", "topics", "--list"), Is.EqualTo("t\n"));
        Assert.That(await Run("", "topics", "--describe", "--topic", "t"), Does.Contain("PartitionCount: 2"));
        await Run("one\ntwo\nthree\n", "console-producer", "--topic", "t");
        string read = await Run(
            "", "console-consumer", "--topic", "t", "--from-beginning", "--max-messages", "3", "--group", "g");
        Assert.That(read.Split('\n').Order(), Is.EqualTo(new[] { "", "one", "three", "two" }));
        Assert.That(await Run("", "get-offsets", "--topic", "t"), Does.Contain("t:0:").And.Contain("t:1:"));
        Assert.That(await Run("", "consumer-groups", "--list"), Does.Contain("g"));
        Assert.That(await Run("", "consumer-groups", "--describe", "--group", "g"), Does.Contain("t"));
        await Run("", "configs", "--alter", "--topic", "t", "--add-config", "retention.ms=60000");
        Assert.That(await Run("", "configs", "--describe", "--topic", "t"), Does.Contain("retention.ms=60000"));
        Assert.That(await Run("", "cluster", "cluster-id"), Does.Match("^Cluster ID: [A-Za-z0-9_-]{22}\n$"));
        Assert.That(await Run("", "log-dirs", "--describe", "--topic-list", "t"), Does.Contain("t-0"));
        await Run(
            "", "producer-perf-test", "--topic", "t", "--num-records", "100", "--record-size", "10",
            "--throughput", "-1");
        await Run("", "consumer-perf-test", "--topic", "t", "--messages", "100");
        await Run("", "end-to-end-latency", "--topic", "t", "--num-messages", "10", "--producer-acks", "all");
        await DeleteRecordsAndGroupsAsync();
        await Run("", "topics", "--delete", "--topic", "t");
    }

    [Test]
    public async Task Several_addresses_may_be_given_and_one_that_answers_is_enough()
    {
        string nobody = $"127.0.0.1:{FreePort()}";
        await RunAt($"{nobody},{_advertised}", "", "consumer-groups", "--list");
        await RunAt($"localhost:{_contact.Split(':')[^1]}", "", "topics", "--list");
    }

    [Test]
    public async Task A_node_on_an_IPv6_address_is_reached_by_what_its_ready_line_says()
    {
        if (!Socket.OSSupportsIPv6) Assert.Ignore("This machine has no IPv6.");
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = directory.Path, Settings = ["kafka.listeners=PLAINTEXT://[::1]:0"],
        });
        Assert.That(node.KafkaBootstrap, Does.StartWith("[::1]:"));
        await RunAt(node.KafkaBootstrap!, "", "topics", "--create", "--topic", "six");
        Assert.That(await RunAt(node.KafkaBootstrap!, "", "topics", "--list"), Is.EqualTo("six\n"));
    }

    private async Task DeleteRecordsAndGroupsAsync()
    {
        string offsets = _directory.Combine("offsets.json");
        await File.WriteAllTextAsync(
            offsets, """{"version":1,"partitions":[{"topic":"t","partition":0,"offset":-1}]}""");
        Assert.That(await Run("", "delete-records", "--offset-json-file", offsets), Does.Contain("t-0"));
        await Run("", "topics", "--alter", "--topic", "t", "--partitions", "3");
        await Run(
            "", "consumer-groups", "--reset-offsets", "--group", "g", "--topic", "t", "--to-latest", "--execute");
        await Run("", "consumer-groups", "--delete-offsets", "--group", "g", "--topic", "t");
        await Run("", "consumer-groups", "--delete", "--group", "g");
        Assert.That(await Run("", "consumer-groups", "--list"), Is.Empty);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<string> Run(string input, params string[] words) => RunAt(_contact, input, words);

    private static async Task<string> RunAt(string contact, string input, params string[] words)
    {
        await using ExternalProcess process = KafkaActorsCommand.Start([.. words, "--bootstrap-server", contact]);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        int code = await process.WaitForExitAsync(Patience);
        Assert.That(code, Is.Zero, $"{string.Join(' ', words)}: {process.Describe()}");
        return string.Concat(process.OutputLines.Select(line => $"{line}\n"));
    }
}
