using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Nodes;

internal sealed class NodeCommandTests
{
    [TestCase(new[] { "--set", "no.such.key=1" }, "kafka-actors.no.such.key")]
    [TestCase(new[] { "--set", "log.segment.bytes=plenty" }, "plenty")]
    [TestCase(new[] { "--set", "nonsense" }, "nonsense")]
    [TestCase(new[] { "--config", "no-such-file.conf" }, "no-such-file.conf")]
    [TestCase(new[] { "--akka-port", "65536" }, "65536")]
    [TestCase(new[] { "--akka-port", "four" }, "four")]
    [TestCase(new[] { "--log-level", "loud" }, "loud")]
    [TestCase(new[] { "--zookeeper", "localhost:2181" }, "There is no ZooKeeper")]
    [TestCase(new[] { "--frobnicate" }, "--frobnicate")]
    public async Task What_a_node_cannot_start_with_is_named_in_one_line(string[] arguments, string named)
    {
        using var directory = new TempDirectory();
        ToolRun run = await ToolRun.OfAsync(["node", "--data", directory.Combine("data"), .. arguments]);

        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain(named));
        Assert.That(run.OutputBytes, Is.Empty);
    }
}
