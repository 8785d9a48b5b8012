using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests.Invocation;

internal sealed class CommandLineRunnerTests
{
    [TestCase("--no-such-option")]
    [TestCase("no-such-command")]
    [TestCase("dump-log", "--no-such-option", "value")]
    [TestCase("dump-log")]
    [TestCase("dump-log", "--files")]
    [TestCase("dump-log", "--files", "a.log", "--max-bytes", "many")]
    [TestCase("completion")]
    [TestCase("completion", "tcsh")]
    [TestCase("topics")]
    [TestCase("topics", "--list", "--describe")]
    [TestCase("topics", "--create")]
    [TestCase("topics", "--create", "--topic", "t", "--partitions", "many")]
    [TestCase("topics", "--create", "--topic", "t", "--config", "retention.ms")]
    [TestCase("topics", "--alter", "--topic", "t")]
    [TestCase("topics", "--list", "--bootstrap-server", "host:port")]
    [TestCase("configs", "--describe")]
    [TestCase("configs", "--alter", "--topic", "t")]
    [TestCase("configs", "--describe", "--entity-type", "users")]
    [TestCase("configs", "--alter", "--entity-type", "brokers", "--add-config", "a=b")]
    [TestCase("console-producer")]
    [TestCase("console-producer", "--topic", "t", "--request-required-acks", "2")]
    [TestCase("console-producer", "--topic", "t", "--property", "parse.key=maybe")]
    [TestCase("console-producer", "--topic", "t", "--producer-property", "no.such=1")]
    [TestCase("console-producer", "--topic", "t", "--compression-codec", "zip")]
    [TestCase("console-consumer")]
    [TestCase("console-consumer", "--topic", "t", "--include", "u")]
    [TestCase("console-consumer", "--topic", "t", "--offset", "5")]
    [TestCase("console-consumer", "--topic", "t", "--partition", "0", "--offset", "soon")]
    [TestCase("console-consumer", "--topic", "t", "--partition", "0", "--offset", "5", "--from-beginning")]
    [TestCase("console-consumer", "--include", "[")]
    [TestCase("console-consumer", "--topic", "t", "--group", "g", "--partition", "0")]
    [TestCase("console-consumer", "--topic", "t", "--property", "print.all=true")]
    [TestCase("get-offsets", "--time", "yesterday")]
    [TestCase("get-offsets", "--topic", "t", "--topic-partitions", "t:0")]
    [TestCase("delete-records")]
    [TestCase("producer-perf-test", "--topic", "t", "--num-records", "1")]
    [TestCase("producer-perf-test", "--topic", "t", "--num-records", "1", "--record-size", "1", "--payload-file", "f")]
    [TestCase("consumer-perf-test", "--topic", "t")]
    [TestCase("end-to-end-latency")]
    [TestCase("end-to-end-latency", "localhost:4053", "t")]
    [TestCase("end-to-end-latency", "localhost:4053", "t", "10", "0", "100")]
    [TestCase]
    public async Task A_wrong_command_line_is_one_line_on_standard_error(params string[] arguments)
    {
        ToolRun run = await ToolRun.OfAsync(arguments);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.OutputBytes, Is.Empty);
    }

    [Test]
    public async Task An_unknown_option_is_named_with_the_remedy()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--file", "a.log");

        Assert.That(run.Error, Does.Contain("'--file'").And.Contain("--help"));
    }

    [Test]
    public async Task Help_of_a_command_shows_options_examples_and_exit_codes()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--help");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That(run.Output, Does.Contain("--print-data-log").And.Contain("Examples:").And.Contain("Exit codes:"));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public async Task Every_command_has_a_description_and_an_example()
    {
        ToolRun root = await ToolRun.OfAsync("--help");
        string[] lines = root.OutputLines;
        IEnumerable<string> commands = lines
            .SkipWhile(line => line != "Commands:").Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]);
        foreach (string command in commands)
        {
            ToolRun help = await ToolRun.OfAsync(command, "--help");
            Assert.That(help.Output, Does.Match(@"Examples:\n  .*kafka-actors"), command);
        }
    }

    [TestCase("node")]
    [TestCase("topics", "--list")]
    [TestCase("configs", "--describe", "--topic", "t")]
    [TestCase("console-producer", "--topic", "t")]
    [TestCase("console-consumer", "--topic", "t")]
    [TestCase("get-offsets")]
    [TestCase("delete-records", "--offset-json-file", "f")]
    [TestCase("producer-perf-test", "--topic", "t", "--num-records", "1", "--record-size", "1")]
    [TestCase("consumer-perf-test", "--topic", "t", "--messages", "1")]
    [TestCase("end-to-end-latency", "--topic", "t")]
    public async Task Zookeeper_is_answered_with_a_sentence_that_there_is_none(params string[] arguments)
    {
        ToolRun run = await ToolRun.OfAsync([.. arguments, "--zookeeper", "localhost:2181"]);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain("There is no ZooKeeper"));
    }

    [Test]
    public async Task A_node_that_is_not_there_is_one_line_that_names_it()
    {
        int port = FreePort();
        ToolRun run = await ToolRun.OfAsync("topics", "--list", "--bootstrap-server", $"127.0.0.1:{port}");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain($"127.0.0.1:{port}"));
        Assert.That(run.OutputBytes, Is.Empty);
    }

    [Test]
    public async Task Version_is_printed_on_standard_output()
    {
        ToolRun run = await ToolRun.OfAsync("--version");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That(run.Output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public async Task An_argument_that_begins_with_an_at_sign_is_no_response_file()
    {
        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", "@arguments");

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.Error, Does.Contain("'@arguments'"));
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
