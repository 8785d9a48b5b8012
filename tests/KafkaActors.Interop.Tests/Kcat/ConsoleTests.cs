using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Interop.Tests.Kcat;

/// <summary>The command line's consoles at one of the node's doors, kcat at the other.</summary>
[Category("Interop")]
internal sealed class ConsoleTests
{
    private static KafkaNode Node => InteropSuite.Node;

    [Test]
    public async Task What_the_console_producer_sends_kcat_reads()
    {
        await Node.CreateTopicAsync("console-to-kcat");
        await ToolAsync(AccessLog.Bytes, "console-producer", "--topic", "console-to-kcat");

        ProgramRun run = await KcatRun.OfAsync("-C", "-t", "console-to-kcat", "-o", "beginning", "-e", "-q");

        AccessLog.AssertSame(run.OutputBytes, ..);
    }

    [Test]
    public async Task What_kcat_sends_the_console_consumer_reads()
    {
        await Node.CreateTopicAsync("kcat-to-console");
        await KcatRun.OfAsync("-P", "-t", "kcat-to-console", "-z", "zstd", "-l", AccessLog.Path);

        ProgramRun run = await ToolAsync(
            [], "console-consumer", "--topic", "kcat-to-console", "--from-beginning",
            "--max-messages", $"{AccessLog.Lines.Count}");

        AccessLog.AssertSame(run.OutputBytes, ..);
    }

    [Test]
    public async Task Keys_headers_and_nulls_go_through_both()
    {
        await Node.CreateTopicAsync("console-keyed");
        await ToolAsync(
            "h:1,i:2|k;v\nh:3|k;NULL\n"u8.ToArray(),
            "console-producer", "--topic", "console-keyed", "--property", "parse.key=true",
            "--property", "parse.headers=true", "--property", "key.separator=;", "--property", "headers.delimiter=|",
            "--property", "null.marker=NULL");
        await KcatRun.WithInputAsync(
            "kk=vv\n"u8.ToArray(), "-P", "-t", "console-keyed", "-K", "=", "-H", "a=b", "-z", "snappy");

        ProgramRun kcat = await KcatRun.OfAsync(
            "-C", "-t", "console-keyed", "-o", "beginning", "-e", "-q", "-f", "%o [%h] %k %S %s\n");
        ProgramRun console = await ToolAsync(
            [], "console-consumer", "--topic", "console-keyed", "--from-beginning", "--max-messages", "3",
            "--property", "print.key=true", "--property", "print.headers=true", "--property", "print.offset=true");

        Assert.That(kcat.OutputLines, Is.EqualTo(new[] { "0 [h=1,i=2] k 1 v", "1 [h=3] k -1 ", "2 [a=b] kk 2 vv" }));
        Assert.That(console.OutputLines, Is.EqualTo(new[]
        {
            "Offset:0\th:1,i:2\tk\tv", "Offset:1\th:3\tk\tnull", "Offset:2\ta:b\tkk\tvv",
        }));
    }

    private static async Task<ProgramRun> ToolAsync(byte[] input, params string[] arguments)
    {
        ProgramRun run = await ProgramRun.OfAsync(
            "dotnet", [KafkaActorsCommand.AssemblyPath, .. arguments, "--bootstrap-server", Node.Akka], input);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run;
    }
}
