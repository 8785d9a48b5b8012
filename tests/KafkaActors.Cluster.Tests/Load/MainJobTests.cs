using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// The README's lines: create a topic, pipe a file in, get the same file out, also after <c>kill -9</c>.
/// </summary>
[Category("Cluster")]
[Platform("Unix")]
public sealed class MainJobTests
{
    private const int Lines = 10_000;
    private const string Topic = "access";

    [Test]
    public async Task A_file_piped_in_comes_out_the_same_also_after_a_kill()
    {
        using TempDirectory directory = new();
        string file = directory.Combine("access.log");
        WebLog.Write(file, Lines);
        NodeLaunch launch = new() { DataDirectory = directory.Combine("data") };
        await using (NodeProcess node = await NodeProcess.StartAsync(launch))
        {
            await Tool.CreateTopic(node, Topic);
            string nothing = directory.Combine("nothing");
            int exitCode = await Tool.Pipe(node, file, nothing, "console-producer", "--topic", Topic);
            Assert.That(exitCode, Is.Zero);
            Assert.That(new FileInfo(nothing).Length, Is.Zero, "standard output carries data alone");
            await AssertComesBack(node, file, directory.Combine("first"));
            await node.Process.KillAsync();
        }

        await using NodeProcess again = await NodeProcess.StartAsync(launch);
        await AssertComesBack(again, file, directory.Combine("second"));
    }

    private static async Task AssertComesBack(NodeProcess node, string sent, string received)
    {
        int exitCode = await Tool.Pipe(
            node, "/dev/null", received,
            "console-consumer", "--topic", Topic, "--from-beginning", "--max-messages", $"{Lines}");
        Assert.That(exitCode, Is.Zero);
        byte[] expected = await File.ReadAllBytesAsync(sent);
        byte[] actual = await File.ReadAllBytesAsync(received);
        Assert.That(actual.AsSpan().SequenceEqual(expected), Is.True, $"{received} differs from {sent}");
    }
}
