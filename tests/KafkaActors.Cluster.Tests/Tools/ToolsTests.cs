using System.Text;
using System.Text.Json;
using KafkaActors.Cli.Tests;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Tools;

/// <summary>The command line's tools against one node process. Each test has topics of its own.</summary>
[Category("Cluster")]
[Parallelizable(ParallelScope.Self)]
internal sealed class ToolsTests
{
    private TempDirectory _directory = null!;
    private NodeProcess _node = null!;

    private string Data => _directory.Combine("data");

    [OneTimeSetUp]
    public async Task StartNode()
    {
        _directory = new TempDirectory();
        _node = await NodeProcess.StartAsync(Data);
    }

    [OneTimeTearDown]
    public async Task StopNode()
    {
        if (_node is not null) await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task Topics_are_created_shown_altered_and_deleted()
    {
        ToolRun created = await RunAsync("topics --create --topic life --partitions 2 --replication-factor 1");
        ToolRun again = await RunAsync("topics --create --topic life");
        ToolRun tolerated = await RunAsync("topics --create --topic life --if-not-exists");
        ToolRun listed = await RunAsync("topics --list");
        ToolRun described = await RunAsync("topics --describe --topic life");
        ToolRun altered = await RunAsync("topics --alter --topic life --partitions 3");
        ToolRun json = await RunAsync("topics --describe --topic life --json");
        ToolRun deleted = await RunAsync("topics --delete --topic life");
        ToolRun gone = await RunAsync("topics --describe --topic life");

        Assert.That(created.Output, Is.EqualTo("Created topic life.\n"), created.Error);
        Assert.That(again.ExitCode, Is.EqualTo(1));
        Assert.That(again.Error, Does.Contain("TOPIC_ALREADY_EXISTS"));
        Assert.That(tolerated.ExitCode, Is.Zero, tolerated.Error);
        Assert.That(listed.OutputLines, Does.Contain("life"));
        Assert.That(described.OutputLines[0], Does.Match("^Topic: life\tTopicId: .{22}\tPartitionCount: 2\t"));
        Assert.That(
            described.OutputLines[2], Is.EqualTo("\tTopic: life\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1"));
        Assert.That(altered.ExitCode, Is.Zero, altered.Error);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.That(document.RootElement[0].GetProperty("partitions").GetArrayLength(), Is.EqualTo(3));
        Assert.That(deleted.ExitCode, Is.Zero, deleted.Error);
        Assert.That(gone.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Configurations_are_set_shown_and_returned_to_their_defaults()
    {
        await RunAsync("topics --create --topic configured --config retention.ms=60000");
        ToolRun first = await RunAsync("configs --describe --topic configured");
        ToolRun altered = await RunAsync(
            "configs --alter --entity-type topics --entity-name configured "
            + "--add-config cleanup.policy=[compact,delete] --delete-config retention.ms");
        ToolRun second = await RunAsync("configs --describe --topic configured");
        ToolRun all = await RunAsync("configs --describe --topic configured --all");
        ToolRun wrong = await RunAsync("configs --alter --topic configured --add-config retention.ms=soon");

        Assert.That(first.Output, Does.Contain("retention.ms=60000"), first.Error);
        Assert.That(altered.ExitCode, Is.Zero, altered.Error);
        Assert.That(second.Output, Does.Contain("cleanup.policy=compact,delete").And.Not.Contain("retention.ms"));
        Assert.That(all.Output, Does.Contain("retention.ms=604800000"));
        Assert.That(wrong.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(wrong.Error, Does.Contain("retention.ms").And.Contain("INVALID_CONFIG"));
    }

    [Test]
    public async Task Configurations_of_groups_and_brokers_are_shown_as_Kafka_s_tool_shows_them()
    {
        ToolRun altered = await RunAsync(
            "configs --alter --entity-type groups --entity-name tuned --add-config consumer.session.timeout.ms=50000");
        ToolRun group = await RunAsync("configs --describe --entity-type groups --entity-name tuned");
        ToolRun refused = await RunAsync("configs --alter --group tuned --add-config consumer.session.timeout.ms=1");
        ToolRun broker = await RunAsync("configs --describe --entity-type brokers --entity-name 1 --all");
        ToolRun brokers = await RunAsync("configs --describe --entity-type brokers");

        Assert.That(altered.Output, Is.EqualTo("Completed updating config for group tuned.\n"), altered.Error);
        Assert.That(group.Output, Is.EqualTo(
            "Dynamic configs for group tuned are:\n"
            + "  consumer.session.timeout.ms=50000 sensitive=false "
            + "synonyms={DYNAMIC_GROUP_CONFIG:consumer.session.timeout.ms=50000}\n"), group.Error);
        Assert.That(refused.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("group.consumer.min.session.timeout.ms").And.Contain("INVALID_CONFIG"));
        Assert.That(broker.Output, Does.Contain(
            "\n  log.retention.hours=168 sensitive=false synonyms={DEFAULT_CONFIG:log.retention.hours=168}\n"));
        Assert.That(broker.Output, Does.Contain("\n  log.retention.ms=null sensitive=false synonyms={}\n"));
        Assert.That(broker.Output, Does.Contain("\n  advertised.listeners=PLAINTEXT://"));
        Assert.That(brokers.Output, Is.EqualTo(
            "Dynamic configs for broker 1 are:\nDefault configs for brokers in the cluster are:\n"
            // What leaders are elected by is the cluster's from its first day.
            + "  min.insync.replicas=1 sensitive=false "
            + "synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1}\n"
            + "  unclean.leader.election.enable=false sensitive=false "
            + "synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:unclean.leader.election.enable=false}\n"), brokers.Error);
    }

    [Test]
    public async Task Lines_come_back_as_the_bytes_they_were()
    {
        byte[] input = [.. "first\r\n\n\xff\xfe\0 \n"u8, 0xc3, 0x28, (byte)'\n', .. "last without a line feed"u8];
        ToolRun produced = await ToolRun.WithInputAsync(input, Arguments("console-producer --topic bytes"));
        ToolRun consumed = await RunAsync("console-consumer --topic bytes --from-beginning --max-messages 5");

        Assert.That(produced.ExitCode, Is.Zero, produced.Error);
        Assert.That(consumed.OutputBytes, Is.EqualTo((byte[])[.. input, (byte)'\n']));
        Assert.That(consumed.Error, Is.EqualTo("Processed a total of 5 messages\n"));
    }

    [Test]
    public async Task Keys_headers_and_nulls_go_through_both_consoles()
    {
        ToolRun produced = await ToolRun.WithInputAsync(
            "h:1|k;v\nh:2|k;NULL\n"u8.ToArray(),
            Arguments("console-producer --topic keyed --property parse.key=true --property parse.headers=true "
                + "--property key.separator=; --property headers.delimiter=| --property null.marker=NULL"));
        ToolRun consumed = await RunAsync(
            "console-consumer --topic keyed --from-beginning --max-messages 2 --property print.key=true "
            + "--property print.headers=true --property print.offset=true --property print.partition=true");

        Assert.That(produced.ExitCode, Is.Zero, produced.Error);
        Assert.That(consumed.Output, Is.EqualTo(
            "Partition:0\tOffset:0\th:1\tk\tv\nPartition:0\tOffset:1\th:2\tk\tnull\n"));
    }

    [TestCase("gzip")]
    [TestCase("snappy")]
    [TestCase("lz4")]
    [TestCase("zstd")]
    public async Task Compressed_batches_come_back(string codec)
    {
        string topic = $"compressed-{codec}";
        byte[] input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")));
        ToolRun produced = await ToolRun.WithInputAsync(
            input, Arguments($"console-producer --topic {topic} --compression-codec {codec}"));
        ToolRun consumed = await RunAsync($"console-consumer --topic {topic} --from-beginning --max-messages 500");
        string log = Path.Combine(Data, $"{topic}-0", "00000000000000000000.log");
        ToolRun dumped = await ToolRun.OfAsync("dump-log", "--deep-iteration", "--files", log);

        Assert.That(produced.ExitCode, Is.Zero, produced.Error);
        Assert.That(consumed.OutputBytes, Is.EqualTo(input));
        Assert.That(dumped.ExitCode, Is.Zero, dumped.Error);
        Assert.That(dumped.Output, Does.Contain($"compresscodec: {codec}").And.Contain("isvalid: true"));
    }

    [Test]
    public async Task Offsets_are_listed_and_records_below_one_deleted()
    {
        await RunAsync("topics --create --topic trimmed --partitions 1");
        await ToolRun.WithInputAsync("a\nb\nc\nd\n"u8.ToArray(), Arguments("console-producer --topic trimmed"));
        string file = _directory.Combine("offsets.json");
        await File.WriteAllTextAsync(
            file, """{"partitions":[{"topic":"trimmed","partition":0,"offset":2}],"version":1}""");
        ToolRun latest = await RunAsync("get-offsets --topic trimmed");
        ToolRun deleted = await RunAsync($"delete-records --offset-json-file {file}");
        ToolRun earliest = await RunAsync("get-offsets --topic-partitions trimmed:0 --time -2");
        ToolRun rest = await RunAsync("console-consumer --topic trimmed --from-beginning --max-messages 2");

        Assert.That(latest.Output, Is.EqualTo("trimmed:0:4\n"), latest.Error);
        Assert.That(deleted.OutputLines[^1], Is.EqualTo("partition: trimmed-0\tlow_watermark: 2"), deleted.Error);
        Assert.That(earliest.Output, Is.EqualTo("trimmed:0:2\n"));
        Assert.That(rest.Output, Is.EqualTo("c\nd\n"));
    }

    [Test]
    public async Task A_consumer_reads_where_it_is_told_and_ends_when_nothing_comes()
    {
        await ToolRun.WithInputAsync("a\nb\nc\n"u8.ToArray(), Arguments("console-producer --topic placed"));
        ToolRun fromOffset =
            await RunAsync("console-consumer --topic placed --partition 0 --offset 1 --timeout-ms 1000");
        ToolRun fromLatest = await RunAsync("console-consumer --topic placed --timeout-ms 500");
        ToolRun noPartition = await RunAsync("console-consumer --topic placed --partition 7");

        Assert.That(fromOffset.Output, Is.EqualTo("b\nc\n"), fromOffset.Error);
        Assert.That(fromLatest.OutputBytes, Is.Empty);
        Assert.That(fromLatest.ExitCode, Is.Zero);
        Assert.That(noPartition.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(noPartition.Error, Does.Contain("no partition 7"));
    }

    [Test]
    public async Task Topics_are_chosen_by_expressions()
    {
        foreach (string topic in (string[])["chosen-a", "chosen-b", "chosen-c"])
        {
            await ToolRun.WithInputAsync(
                Encoding.ASCII.GetBytes(topic), Arguments($"console-producer --topic {topic}"));
        }

        ToolRun run = await RunAsync(
            "console-consumer --whitelist chosen-.* --blacklist .*-b --from-beginning --max-messages 2");

        Assert.That(run.OutputLines, Is.EquivalentTo(new[] { "chosen-a", "chosen-c" }), run.Error);
    }

    [Test]
    public async Task Any_name_of_the_machine_reaches_the_node()
    {
        foreach (string host in (string[])["localhost", "127.0.0.1"])
        {
            ToolRun run = await ToolRun.OfAsync("topics", "--list", "--broker-list", $"{host}:{_node.AkkaPort}");
            Assert.That(run.ExitCode, Is.Zero, run.Error);
        }
    }

    [Test]
    public async Task The_measuring_tools_print_the_lines_that_people_know()
    {
        ToolRun produced = await RunAsync(
            "producer-perf-test --topic measured --num-records 2000 --record-size 100 --throughput -1 "
            + "--producer-props acks=1 linger.ms=1");
        ToolRun consumed = await RunAsync("consumer-perf-test --topic measured --messages 2000");
        ToolRun latency = await ToolRun.OfAsync(
            "end-to-end-latency", _node.Bootstrap, "round-trip", "20", "all", "100");
        ToolRun json = await RunAsync("consumer-perf-test --topic measured --messages 2000 --json");

        Assert.That(produced.OutputLines[^1], Does.Match(
            @"^2000 records sent, [\d.]+ records/sec \([\d.]+ MB/sec\), [\d.]+ ms avg latency, [\d.]+ ms max latency, "
            + @"\d+ ms 50th, \d+ ms 95th, \d+ ms 99th, \d+ ms 99.9th\.$"), produced.Error);
        Assert.That(consumed.OutputLines[0], Does.StartWith("start.time, end.time, data.consumed.in.MB, MB.sec, "));
        Assert.That(consumed.OutputLines[1].Split(", ")[4], Is.EqualTo("2000"), consumed.Error);
        Assert.That(latency.OutputLines[0], Does.Match(@"^Avg latency: [\d.]+ ms$"), latency.Error);
        Assert.That(latency.OutputLines[1], Does.StartWith("Percentiles: 50th = "));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.That(document.RootElement.GetProperty("messages").GetInt64(), Is.EqualTo(2000));
    }

    [Test]
    public async Task A_record_too_large_is_counted_as_not_acknowledged()
    {
        ToolRun run = await ToolRun.WithInputAsync(
            Encoding.ASCII.GetBytes("small\n" + new string('x', 1_200_000) + "\nsmall\n"),
            Arguments("console-producer --topic oversized"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain("1 of 3 records were not acknowledged"));
    }

    private Task<ToolRun> RunAsync(string line) => ToolRun.OfAsync(Arguments(line));

    private string[] Arguments(string line) => [.. line.Split(' '), "--bootstrap-server", _node.Bootstrap];
}
