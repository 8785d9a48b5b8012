using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Starting;

[Category("Cluster")]
public sealed class CleanStopTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_node_stops_cleanly_on_SIGTERM_and_starts_again()
    {
        using TempDirectory directory = new();
        string identity;
        await using (NodeProcess first = await NodeProcess.StartAsync(directory.Path))
        {
            first.Process.Terminate();
            Assert.That(await first.Process.WaitForExitAsync(Timeout), Is.Zero, first.Process.Describe());
            identity = Identity(directory);
        }

        await using NodeProcess second = await NodeProcess.StartAsync(directory.Path);
        Assert.That(identity, Does.Contain("directory.id").And.Contain("node.id=1"));
        Assert.That(Identity(directory), Is.EqualTo(identity), "cluster, node and directory stay who they were");
        Assert.That(second.Process.OutputLines, Has.Count.EqualTo(1), "standard output holds the ready line alone");
    }

    [Test]
    public async Task The_ready_line_names_the_process_and_its_doors()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        Assert.That(node.ReadyLine, Does.StartWith($"node 1 ready pid={node.Process.Id} akka=127.0.0.1:"));
    }

    private static string Identity(TempDirectory directory) => string.Join('\n', File
        .ReadAllLines(directory.Combine("meta.properties"))
        .Where(line => line.Contains("cluster.id", StringComparison.Ordinal)
            || line.Contains("node.id", StringComparison.Ordinal)
            || line.Contains("directory.id", StringComparison.Ordinal)));
}
