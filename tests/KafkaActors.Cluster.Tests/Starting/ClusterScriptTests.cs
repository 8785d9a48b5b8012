using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KafkaActors.Cli.Tests;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Starting;

/// <summary>The README's cluster section: three nodes by one script, one killed, and on it goes.</summary>
[Category("Cluster")]
[Platform("Linux")]
internal sealed class ClusterScriptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private TempDirectory _directory = null!;
    private Dictionary<string, string> _environment = null!;
    private int _kafkaPort;

    [SetUp]
    public void ChoosePorts()
    {
        _directory = new TempDirectory();
        _kafkaPort = FreePorts(6);
        _environment = new Dictionary<string, string>
        {
            ["KAFKA_ACTORS_CLUSTER"] = _directory.Combine("cluster"),
            ["KAFKA_ACTORS_PROGRAM"] = KafkaActorsCommand.AssemblyPath,
            ["KAFKA_ACTORS_FIRST_KAFKA_PORT"] = Text(_kafkaPort),
            ["KAFKA_ACTORS_FIRST_AKKA_PORT"] = Text(_kafkaPort + 3),
        };
    }

    [TearDown]
    public async Task StopNodes()
    {
        await RunAsync("stop");
        _directory.Dispose();
    }

    [Test]
    public async Task Three_nodes_start_one_is_killed_and_on_it_goes()
    {
        IReadOnlyList<string> started = await RunAsync("start");
        Assert.That(started, Has.Count.EqualTo(3).And.All.Contains(" ready pid="));
        Assert.That(started[1], Does.StartWith("node 2 ready").And.EndWith($"kafka=127.0.0.1:{_kafkaPort + 1}"));

        await RunAsync("kill", "1");
        Assert.That((await RunAsync("list"))[0], Is.EqualTo("node 1 is down"));
        await Eventually.True(CreatesTopicAsync, "the two others serve", Patience);

        Assert.That((await RunAsync("start", "1")).Single(), Does.StartWith("node 1 ready"));
        await RunAsync("stop");
        Assert.That(await RunAsync("list"), Has.Count.EqualTo(3).And.All.EndWith("is down"));
    }

    private async Task<bool> CreatesTopicAsync()
    {
        string name = $"t-{Guid.NewGuid():N}";
        ToolRun run = await ToolRun.OfAsync(
        [
            "topics", "--create", "--topic", name, "--partitions", "1", "--bootstrap-server",
            $"127.0.0.1:{_kafkaPort + 1}",
        ]);
        return run.ExitCode == 0;
    }

    private async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        string script = Path.Combine(Repository(), "deploy", "cluster", "nodes.sh");
        await using var process = ExternalProcess.Start("bash", [script, .. arguments], environment: _environment);
        int code = await process.WaitForExitAsync(Patience);
        Assert.That(code, Is.Zero, string.Join('\n', process.ErrorLines));
        return process.OutputLines;
    }

    private static string Repository()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "KafkaActors.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("the tests run outside the repository");
    }

    /// <summary>The first of so many ports in a row that are free.</summary>
    private static int FreePorts(int count)
    {
        for (int first = 20_000 + (Environment.ProcessId % 5000); ; first += count)
            if (Enumerable.Range(first, count).All(IsFree)) return first;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
