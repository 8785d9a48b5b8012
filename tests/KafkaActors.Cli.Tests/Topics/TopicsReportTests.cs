using System.Text.Json;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Topics;

namespace KafkaActors.Cli.Tests.Topics;

internal sealed class TopicsReportTests
{
    private static readonly PartitionFilter All = new(false, false, false, false);

    private static readonly TopicDescription Topic = new(
        "orders",
        "AAAAAAAAAAAAAAAAAAAAAA",
        IsInternal: false,
        new Dictionary<string, string> { ["segment.bytes"] = "1048576" },
        MinInsyncReplicas: 2,
        [
            new PartitionDescription(0, Leader: 1, LeaderEpoch: 3, Replicas: [1, 2], Isr: [1, 2]),
            new PartitionDescription(1, Leader: null, LeaderEpoch: 4, Replicas: [2, 1], Isr: [2]),
        ]);

    [Test]
    public void In_a_pipe_topics_are_the_lines_that_scripts_read()
    {
        Assert.That(Describe(All), Is.EqualTo(
            "Topic: orders\tTopicId: AAAAAAAAAAAAAAAAAAAAAA\tPartitionCount: 2\tReplicationFactor: 2\t"
            + "Configs: segment.bytes=1048576\n"
            + "\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\n"
            + "\tTopic: orders\tPartition: 1\tLeader: none\tReplicas: 2,1\tIsr: 2\n"));
    }

    [TestCase(true, false, false, false, "Partition: 1")]
    [TestCase(false, true, false, false, "Partition: 1")]
    [TestCase(false, false, true, false, "Partition: 1")]
    [TestCase(false, false, false, true, "Partition: 0")]
    public void A_filter_leaves_the_partitions_it_names(
        bool underReplicated, bool unavailable, bool underMinIsr, bool atMinIsr, string shown)
    {
        string output = Describe(new PartitionFilter(underReplicated, unavailable, underMinIsr, atMinIsr));

        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(output, Does.Contain(shown));
    }

    [Test]
    public void Json_holds_the_same()
    {
        using JsonDocument document = JsonDocument.Parse(Describe(All, json: true));
        JsonElement topic = document.RootElement[0];

        Assert.That(topic.GetProperty("name").GetString(), Is.EqualTo("orders"));
        Assert.That(topic.GetProperty("configs").GetProperty("segment.bytes").GetString(), Is.EqualTo("1048576"));
        Assert.That(topic.GetProperty("partitions")[1].GetProperty("isr")[0].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public void A_terminal_gets_a_table()
    {
        Assert.That(Describe(All, terminal: true), Does.Contain("│").And.Contain("orders").And.Contain("none"));
    }

    private static string Describe(PartitionFilter filter, bool json = false, bool terminal = false)
    {
        using var output = new MemoryStream();
        var streams = new StandardStreams(Stream.Null, output, TextWriter.Null) { OutputIsTerminal = terminal };
        new TopicsReport(new ToolContext(streams, TimeProvider.System), json).Describe([Topic], filter);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
