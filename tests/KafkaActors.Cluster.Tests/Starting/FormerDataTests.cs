using System.Formats.Tar;
using System.IO.Compression;
using KafkaActors.Cluster.Tests.Load;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Starting;

/// <summary>
/// A data directory that a former build wrote, and <c>kill -9</c> left, is served by today's. What is in it stands in
/// <c>tests/data/README.md</c>.
/// </summary>
[Category("Cluster")]
public sealed class FormerDataTests
{
    [Test]
    public async Task Topics_records_offsets_and_configuration_of_a_former_build_are_still_there()
    {
        using TempDirectory directory = new();
        await Extract("data-c7817d4.tgz", directory);
        await using NodeProcess node = await Start(directory.Combine("data"));

        IReadOnlyList<string> topics = await Tool.Run(node, "topics", "--describe");
        IReadOnlyList<string> offsets = await Tool.Run(node, "get-offsets");
        IReadOnlyList<string> earliest = await Tool.Run(
            node, "get-offsets", "--topic", "trimmed", "--time", "earliest");
        IReadOnlyList<string> groups = await Tool.Run(node, "consumer-groups", "--describe", "--all-groups");
        Assert.That(topics, Has.Some.StartsWith(
            "Topic: access\tTopicId: RN4ss54rRW2D1FfaBvLE5g\tPartitionCount: 3\tReplicationFactor: 1\t"
            + "Configs: retention.ms=-1,segment.bytes=65536"));
        Assert.That(topics, Has.Some.Contains("Configs: cleanup.policy=compact,max.message.bytes=100000"));
        Assert.That(topics, Has.Some.Contains("Configs: flush.policy=group-commit"));
        Assert.That(topics, Has.None.Contains("Topic: gone"));
        Assert.That(offsets, Is.SupersetOf(
            new[] { "access:0:1000", "access:1:300", "access:2:0", "settings:0:9", "trimmed:0:100" }));
        Assert.That(earliest, Is.EqualTo(new[] { "trimmed:0:40" }));
        Assert.That(groups.Select(Row), Is.SupersetOf(new[]
        {
            "committed access 0 123", "committed access 1 45", "committed trimmed 0 77",
            "readers access 0 400", "readers access 1 100",
        }));

        string[] lines = await File.ReadAllLinesAsync(DataFile("access.log"));
        string[] once = lines[..200];
        Assert.That(
            await Read(node, "access", 0, 1000), Is.EqualTo(once.Concat(once).Concat(once).Concat(once).Concat(once)));
        Assert.That(await Read(node, "access", 1, 300), Is.EqualTo(lines[..300]));
        Assert.That(await Read(node, "settings", 0, 9), Is.EqualTo(Enumerable.Range(1, 9).Select(at => $"value{at}")));
        Assert.That(await Read(node, "trimmed", 0, 60), Is.EqualTo(lines[40..100]));
    }

    [TestCase("stopped")]
    [TestCase("killed")]
    public async Task A_directory_from_before_one_conversation_is_served_as_it_was_left(string left)
    {
        bool killed = left == "killed";
        using TempDirectory directory = new();
        await Extract("data-9446eaf.tgz", directory);
        await using NodeProcess node = await Start(directory.Combine(left));

        IReadOnlyList<string> topics = await Tool.Run(node, "topics", "--describe", "--exclude-internal");
        IReadOnlyList<string> offsets = await Tool.Run(node, "get-offsets");
        IReadOnlyList<string> groups = await Tool.Run(node, "consumer-groups", "--describe", "--all-groups");
        string limit = killed ? "max.message.bytes=200000," : "";
        int partitions = killed ? 2 : 1;
        Assert.That(topics.Where(line => line.StartsWith("Topic: ", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "Topic: access\tTopicId: 74-VYPZVSWaVwAV1Bms51Q\tPartitionCount: 3\tReplicationFactor: 1\t"
            + $"Configs: {limit}retention.ms=-1,segment.bytes=65536",
            "Topic: settings\tTopicId: u9wlfClORICa5VoSZOpZLQ\tPartitionCount: 1\tReplicationFactor: 1\t"
            + "Configs: cleanup.policy=compact,max.message.bytes=100000",
            $"Topic: trimmed\tTopicId: R50WTbF9S6WWZowsL3iweQ\tPartitionCount: {partitions}\tReplicationFactor: 1\t"
            + "Configs: flush.policy=group-commit",
        }));
        Assert.That(offsets, Is.SupersetOf(new[]
        {
            "access:0:1000", killed ? "access:1:350" : "access:1:300", killed ? "access:2:50" : "access:2:0",
            "settings:0:9", "trimmed:0:100",
        }));
        Assert.That(groups.Select(Row), Is.SupersetOf(new[]
        {
            "committed access 0 123", killed ? "committed access 1 320" : "committed access 1 45",
            "committed trimmed 0 77", "readers access 0 500", "readers access 1 300", "readers access 2 0",
        }));

        string[] lines = await File.ReadAllLinesAsync(DataFile("access.log"));
        Assert.That(
            await Read(node, "access", 0, 1000), Is.EqualTo(Enumerable.Repeat(lines[..200], 5).SelectMany(all => all)));
        int idempotent = killed ? 350 : 300;
        Assert.That(await Read(node, "access", 1, idempotent), Is.EqualTo(lines[..idempotent]));
        if (killed) Assert.That(await Read(node, "access", 2, 50), Is.EqualTo(lines[300..350]));
        Assert.That(await Read(node, "settings", 0, 9), Is.EqualTo(Enumerable.Range(1, 9).Select(at => $"value{at}")));
        Assert.That(await Read(node, "trimmed", 0, 60), Is.EqualTo(lines[40..100]));
    }

    [Test]
    public async Task A_directory_of_a_cluster_of_one_voter_is_served_and_grows_to_three()
    {
        using TempDirectory directory = new();
        await Extract("data-728f013.tgz", directory);
        await using NodeProcess first = await Start(directory.Combine("data"));
        await HoldsWhatOneVoterLeft(first);

        await using NodeProcess second = await Join(first, 2, directory);
        await using NodeProcess third = await Join(first, 3, directory);
        await Tool.Run(first, "metadata-quorum", "add-controller", "--controller-id", "2", "--controller-id", "3");
        IReadOnlyList<string> quorum = await Tool.Run(first, "metadata-quorum", "describe", "--status");
        string voters = quorum.Single(line => line.StartsWith("CurrentVoters:", StringComparison.Ordinal));
        Assert.That(new[] { 1, 2, 3 }, Is.All.Matches<int>(id => voters.Contains($"\"id\": {id},")));
        await second.Process.KillAsync();
        await Tool.CreateTopic(first, "of-three");
        await HoldsWhatOneVoterLeft(first);
    }

    private static Task<NodeProcess> Join(NodeProcess member, int id, TempDirectory directory) =>
        NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = directory.Combine($"node-{id}"),
            Settings = [$"node.id={id}"],
            Arguments = ["--seed", member.Bootstrap],
        });

    private static async Task HoldsWhatOneVoterLeft(NodeProcess node)
    {
        IReadOnlyList<string> topics = await Tool.Run(node, "topics", "--describe", "--exclude-internal");
        IReadOnlyList<string> offsets = await Tool.Run(node, "get-offsets");
        IReadOnlyList<string> groups = await Tool.Run(node, "consumer-groups", "--describe", "--all-groups");
        Assert.That(topics, Has.Some.Contains("Configs: cleanup.policy=compact,min.insync.replicas=2"));
        Assert.That(topics, Has.None.Contains("Topic: gone"));
        Assert.That(
            offsets, Is.SupersetOf(new[] { "access:0:1000", "access:1:300", "access:2:0", "settings:0:9" }));
        Assert.That(
            groups.Select(Row), Is.SupersetOf(new[] { "readers access 0 1000", "readers access 1 300" }));
        string[] lines = await File.ReadAllLinesAsync(DataFile("access.log"));
        Assert.That(await Read(node, "access", 0, 1000), Is.EqualTo(lines[..1000]));
        Assert.That(await Read(node, "access", 1, 300), Is.EqualTo(lines[..300]));
        Assert.That(await Read(node, "settings", 0, 9), Is.EqualTo(Enumerable.Range(1, 9).Select(at => $"v{at}")));
    }

    private static async Task Extract(string archive, TempDirectory directory)
    {
        await using FileStream file = File.OpenRead(DataFile(archive));
        await using GZipStream bytes = new(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(bytes, directory.Path, overwriteFiles: false);
    }

    // The records and offsets are from November 2026, and are not to have expired by now.
    private static Task<NodeProcess> Start(string data) => NodeProcess.StartAsync(new NodeLaunch
    {
        DataDirectory = data,
        Settings = ["kafka-actors.log.retention.ms=-1", "kafka-actors.offsets.retention.minutes=52560000"],
    });

    private static string DataFile(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    private static Task<IReadOnlyList<string>> Read(NodeProcess node, string topic, int partition, int count) =>
        Tool.Run(
            node, "console-consumer", "--topic", topic, "--partition", $"{partition}", "--offset", "earliest",
            "--max-messages", $"{count}");

    // GROUP, TOPIC, PARTITION and CURRENT-OFFSET.
    private static string Row(string line) =>
        string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(4));
}
