using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Starting;

/// <summary>
/// A node that cannot start says why in one line that names the thing at fault, and exits with an error.
/// </summary>
[Category("Cluster")]
public sealed class StartRefusalTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private TempDirectory _directory = null!;

    private string Data => _directory.Combine("data");

    [SetUp]
    public void MakeDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task A_second_node_on_a_data_directory_is_refused()
    {
        await using NodeProcess first = await NodeProcess.StartAsync(Data);
        string error = await ErrorOf(new NodeLaunch { DataDirectory = Data });
        Assert.That(error, Does.Contain(Data));
        Assert.That(first.Process.HasExited, Is.False);
    }

    [Test]
    public async Task A_data_directory_of_another_node_is_refused()
    {
        await using (NodeProcess first = await NodeProcess.StartAsync(Data)) await Stop(first);
        string error = await ErrorOf(new NodeLaunch { DataDirectory = Data, Settings = ["kafka-actors.node.id=7"] });
        Assert.That(error, Does.Contain(Data).And.Contain("7"));
    }

    [Test]
    public async Task A_busy_port_is_named()
    {
        using TcpListener busy = new(IPAddress.Loopback, 0);
        busy.Start();
        int port = ((IPEndPoint)busy.LocalEndpoint).Port;
        string error = await ErrorOf(new NodeLaunch { DataDirectory = Data, AkkaPort = port });
        Assert.That(error, Does.Contain(port.ToString(CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task An_unknown_option_is_named() =>
        Assert.That(
            await ErrorOf(new NodeLaunch { DataDirectory = Data, Arguments = ["--akka-prot", "1"] }),
            Does.Contain("--akka-prot"));

    [TestCase("kafka-actors.nod.id=5", "kafka-actors.nod.id")]
    [TestCase("kafka-actors.log.segment.byte=5", "kafka-actors.log.segment.byte")]
    public async Task A_key_that_does_not_exist_is_named(string setting, string key) =>
        Assert.That(
            await ErrorOf(new NodeLaunch { DataDirectory = Data, Settings = [setting] }), Does.Contain(key));

    [TestCase("kafka-actors.node.id=one", "one")]
    [TestCase("kafka-actors.log.segment.bytes=large", "large")]
    public async Task A_value_that_cannot_be_read_is_named(string setting, string value)
    {
        string error = await ErrorOf(new NodeLaunch { DataDirectory = Data, Settings = [setting] });
        Assert.That(error, Does.Contain(setting.Split('=')[0]).And.Contain(value));
    }

    [Test]
    public async Task A_configuration_file_that_does_not_exist_is_named()
    {
        string file = _directory.Combine("missing.conf");
        Assert.That(
            await ErrorOf(new NodeLaunch { DataDirectory = Data, Arguments = ["--config", file] }),
            Does.Contain(file));
    }

    private static async Task<string> ErrorOf(NodeLaunch launch)
    {
        await using ExternalProcess process = launch.Start();
        int exitCode = await process.WaitForExitAsync(Timeout);
        Assert.That(exitCode, Is.Not.Zero, process.Describe());
        Assert.That(process.OutputLines, Is.Empty);
        Assert.That(process.ErrorLines, Has.Count.EqualTo(1), process.Describe());
        return process.ErrorLines[0];
    }

    private static async Task Stop(NodeProcess node)
    {
        node.Process.Terminate();
        Assert.That(await node.Process.WaitForExitAsync(Timeout), Is.Zero, node.Process.Describe());
    }
}
