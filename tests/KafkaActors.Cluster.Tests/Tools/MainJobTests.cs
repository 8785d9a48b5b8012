using KafkaActors.Cli.Tests;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Tools;

/// <summary>What the README promises: a log goes in, comes out the same, and outlives <c>kill -9</c>.</summary>
[Category("Cluster")]
internal sealed class MainJobTests
{
    [Test]
    public async Task A_log_comes_back_in_order_also_after_the_node_was_killed()
    {
        using var directory = new TempDirectory();
        byte[] log = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "data", "access.log"));
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        string[] at = ["--bootstrap-server", node.Bootstrap, "--topic", "access"];
        ToolRun created = await ToolRun.OfAsync(["topics", "--create", "--partitions", "1", .. at]);
        ToolRun produced = await ToolRun.WithInputAsync(log, ["console-producer", .. at]);
        Assert.That(created.ExitCode, Is.Zero, created.Error);
        Assert.That(produced.ExitCode, Is.Zero, produced.Error);
        Assert.That(await ReadAsync(at), Is.EqualTo(log));

        await node.Process.KillAsync();
        await using NodeProcess restarted = await NodeProcess.StartAsync(directory.Path);

        Assert.That(
            await ReadAsync(["--bootstrap-server", restarted.Bootstrap, "--topic", "access"]), Is.EqualTo(log));
    }

    private static async Task<byte[]> ReadAsync(string[] at)
    {
        ToolRun run = await ToolRun.OfAsync(
            ["console-consumer", "--from-beginning", "--max-messages", "10000", "--timeout-ms", "20000", .. at]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.OutputBytes;
    }
}
