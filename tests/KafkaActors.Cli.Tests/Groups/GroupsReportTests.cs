using System.Text.Json;
using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class GroupsReportTests
{
    private static readonly GroupDescription Group = new(
        "billing", ErrorCode.None, null, GroupType.Consumer, GroupState.Empty, new NodeId(1), "uniform",
        [
            new MemberDescription(
                "m-1", "i-1", "client", "/10.0.0.1",
                [new TopicPartition("t", 1), new TopicPartition("t", 0), new TopicPartition("a", 3)]),
            new MemberDescription("m-2", null, "client", "/10.0.0.2", []),
        ]);

    private static readonly OffsetRow Row = new("billing", "t", 0, 5, 8, 3, 12.5, "m-1", "/10.0.0.1", "client");

    [Test]
    public void In_a_pipe_offsets_are_the_columns_that_scripts_read()
    {
        (string output, string error) = Report(report => report.Offsets([(Group, [Row])]));

        Assert.That(output, Is.EqualTo(
            "GROUP   TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST      CLIENT-ID LAG-SECONDS\n"
            + "billing t     0         5              8              3   m-1         /10.0.0.1 client    12.5\n"));
        Assert.That(error, Is.EqualTo("Consumer group 'billing' has no active members.\n"));
    }

    [TestCase(false, "billing m-1         i-1               /10.0.0.1 client    3")]
    [TestCase(true, "billing m-1         i-1               /10.0.0.1 client    3           a(3), t(0,1)")]
    public void Members_are_shown_with_or_without_their_partitions(bool verbose, string expected)
    {
        (string output, _) = Report(report => report.Members([Group], verbose));

        Assert.That(output.Split('\n')[1], Is.EqualTo(expected));
    }

    [Test]
    public void States_name_the_coordinator()
    {
        var addresses = new Dictionary<NodeId, string> { [new NodeId(1)] = "host:4053" };
        (string output, _) = Report(report => report.States([Group], addresses));

        Assert.That(output, Is.EqualTo(
            "GROUP   COORDINATOR (ID) ASSIGNMENT-STRATEGY STATE #MEMBERS\n"
            + "billing host:4053 (1)    uniform             Empty 2\n"));
    }

    [TestCase(false, false, "billing\n")]
    [TestCase(false, true, "GROUP   STATE\nbilling Empty\n")]
    [TestCase(true, true, "GROUP   TYPE    STATE\nbilling Classic Empty\n")]
    public void Groups_are_listed_with_what_was_asked_for(bool withType, bool withState, string expected)
    {
        GroupListing[] groups = [new("billing", GroupType.Classic, GroupState.Empty, "consumer")];
        (string output, _) = Report(report => report.List(groups, withType, withState));

        Assert.That(output, Is.EqualTo(expected));
    }

    [Test]
    public void Json_holds_the_same()
    {
        (string output, _) = Report(report => report.Offsets([(Group, [Row])]), json: true);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement row = document.RootElement[0];

        Assert.That(row.GetProperty("currentOffset").GetInt64(), Is.EqualTo(5));
        Assert.That(row.GetProperty("lagSeconds").GetDouble(), Is.EqualTo(12.5));
        Assert.That(row.GetProperty("consumerId").GetString(), Is.EqualTo("m-1"));
    }

    [Test]
    public void A_terminal_gets_a_table_where_that_has_room()
    {
        (string narrow, _) = Report(report => report.Reset([new NewOffset("g", "t", 0, 5)]), terminal: true);
        (string wide, _) = Report(report => report.Offsets([(Group, [Row])]), terminal: true);

        Assert.That(narrow, Does.Contain("│").And.Contain("NEW-OFFSET"));
        Assert.That(wide, Does.Not.Contain("│").And.Contain("billing t     0 "));
    }

    private static (string Output, string Error) Report(
        Action<GroupsReport> show, bool json = false, bool terminal = false)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var streams = new StandardStreams(Stream.Null, output, error) { OutputIsTerminal = terminal };
        show(new GroupsReport(new ToolContext(streams, TimeProvider.System), json));
        return (System.Text.Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
