using System.Text.Json;
using KafkaActors.Cli.Tests;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Tools;

/// <summary>
/// <c>log-dirs</c> against a node process that finds in its data directory a partition nothing explains, beside an
/// empty second directory.
/// </summary>
[Category("Cluster")]
internal sealed class LogDirsToolTests
{
    private const int SegmentBytes = 1_000;

    [Test]
    public async Task Strays_are_set_aside_said_listed_and_removed_by_one_command()
    {
        using TempDirectory directory = new();
        string[] roots = [directory.Combine("first"), directory.Combine("second")];
        NodeLaunch launch = new()
        {
            DataDirectory = roots[0], Settings = [$"log.dirs=[\"{roots[0]}\", \"{roots[1]}\"]"],
        };
        await using (NodeProcess first = await NodeProcess.StartAsync(launch))
        {
            Assert.That((await Run(first, "topics --create --topic kept")).ExitCode, Is.Zero);
            first.Process.Terminate();
            await first.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        }

        PlantPartition(Path.Combine(roots[1], "ghost-3"));
        await using NodeProcess node = await NodeProcess.StartAsync(launch);
        await Eventually.True(() => !Directory.Exists(Path.Combine(roots[1], "ghost-3")), "it is set aside");
        ToolRun described = await Run(node, "log-dirs --describe");
        ToolRun asked = await Run(node, "log-dirs --remove-strays");
        bool isKept = Directory.GetDirectories(roots[1], "ghost-3.*-stray").Length == 1;
        ToolRun removed = await Run(node, "log-dirs --remove-strays --topic-list ghost --execute");
        ToolRun nothing = await Run(node, "log-dirs --describe --json --broker-list 1");
        ToolRun nobody = await Run(node, "log-dirs --describe --broker-list 7");
        ToolRun neither = await Run(node, "log-dirs");

        await Eventually.That(
            () => node.Process.OutputLines.Concat(node.Process.ErrorLines),
            Has.Some.Contains("ghost-3").And.Contains("no committed metadata explains"));
        Assert.That(described.OutputLines[0], Is.EqualTo("Querying brokers for log directories information"));
        Assert.That(described.OutputLines[1], Is.EqualTo("Received log directory information from brokers 1"));
        AssertDescribed(described.OutputLines[2], roots);
        Assert.That(asked.Output, Does.Match(@"ghost-3\.[0-9a-f]{32}-stray\s+\d+"), asked.Error);
        Assert.That(asked.Error, Does.Contain("Nothing is removed"));
        Assert.That(isKept, Is.True);
        Assert.That(removed.Error, Does.StartWith("Removed: 1 directories"), removed.Output);
        Assert.That(Directory.GetDirectories(roots[1], "ghost-3.*-stray"), Is.Empty);
        Assert.That(nothing.Output, Does.Contain("\"strays\": []").And.Contain("kept-0"), nothing.Error);
        Assert.That(nobody.ExitCode, Is.EqualTo(1));
        Assert.That(nobody.Error, Does.Contain("do not exist from --broker-list: 7"));
        Assert.That(neither.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task Clients_of_other_makers_are_shown_Kafkas_APIs_alone()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data"));
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);

        ApiVersionsResponse theirs = await client.AskAsync<ApiVersionsResponse>(
            new ApiVersionsRequest { ClientSoftwareName = "kcat", ClientSoftwareVersion = "1.7.1" });
        ApiVersionsResponse ours = await client.AskAsync<ApiVersionsResponse>(
            new ApiVersionsRequest { ClientSoftwareName = "kafka-actors", ClientSoftwareVersion = "1" });

        Assert.That(theirs.ApiKeys.Select(api => (int)api.ApiKey), Is.All.LessThan(1_000));
        Assert.That(ours.ApiKeys.Select(api => api.ApiKey), Does.Contain((short)ApiKey.RemoveStrays));
    }

    private static void AssertDescribed(string line, string[] roots)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement broker = document.RootElement.GetProperty("brokers")[0];
        JsonElement[] directories = [.. broker.GetProperty("logDirs").EnumerateArray()];
        Assert.That(document.RootElement.GetProperty("version").GetInt32(), Is.EqualTo(1));
        Assert.That(broker.GetProperty("broker").GetInt32(), Is.EqualTo(1));
        Assert.That(directories.Select(one => one.GetProperty("logDir").GetString()), Is.EqualTo(roots));
        Assert.That(directories.Select(one => one.GetProperty("error").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
        JsonElement partition = directories.SelectMany(one => one.GetProperty("partitions").EnumerateArray())
            .Single(one => one.GetProperty("partition").GetString() == "kept-0");
        Assert.That(partition.GetProperty("offsetLag").GetInt64(), Is.Zero);
        Assert.That(partition.GetProperty("isFuture").GetBoolean(), Is.False);
        JsonElement stray = directories[1].GetProperty("strays")[0];
        Assert.That(stray.GetProperty("partition").GetString(), Is.EqualTo("ghost-3"));
        Assert.That(stray.GetProperty("size").GetInt64(), Is.GreaterThanOrEqualTo(SegmentBytes));
        Assert.That(
            stray.GetProperty("keptUntil").GetDateTimeOffset() - stray.GetProperty("setAside").GetDateTimeOffset(),
            Is.EqualTo(TimeSpan.FromDays(1)));
    }

    private static void PlantPartition(string path)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(
            Path.Combine(path, "partition.metadata"), $"version: 0\ntopic_id: {TopicId.NewRandom()}\n");
        File.WriteAllBytes(Path.Combine(path, "00000000000000000000.log"), new byte[SegmentBytes]);
    }

    private static Task<ToolRun> Run(NodeProcess node, string line) =>
        ToolRun.OfAsync([.. line.Split(' '), "--bootstrap-server", node.Bootstrap]);
}
