using System.Text.Json;
using KafkaActors.Cli.Tests;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Tools;

/// <summary>The life of a group as its tool shows and changes it, against a node process.</summary>
[Category("Cluster")]
[Parallelizable(ParallelScope.Self)]
internal sealed class ConsumerGroupsToolTests
{
    private const string Consume = "console-consumer --topic orders --group billing --from-beginning ";

    private TempDirectory _directory = null!;
    private NodeProcess _node = null!;

    [OneTimeSetUp]
    public async Task StartNode()
    {
        _directory = new TempDirectory();
        _node = await NodeProcess.StartAsync(_directory.Combine("data"));
    }

    [OneTimeTearDown]
    public async Task StopNode()
    {
        if (_node is not null) await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task A_group_is_shown_with_its_lag_moved_back_and_deleted()
    {
        await RunAsync("topics --create --topic orders --partitions 1");
        await ToolRun.WithInputAsync("a\nb\nc\nd\n"u8.ToArray(), Arguments("console-producer --topic orders"));
        ToolRun consumed = await RunAsync(Consume + "--max-messages 3 --timeout-ms 20000");
        ToolRun described = await RunAsync("consumer-groups --describe --group billing");
        ToolRun listed = await RunAsync("consumer-groups --list --state empty --type");
        ToolRun tried = await RunAsync("consumer-groups --reset-offsets --group billing --topic orders --to-earliest");
        ToolRun exported = await RunAsync(
            "consumer-groups --reset-offsets --group billing --all-topics --shift-by -1 --export");
        ToolRun reset = await RunAsync(
            "consumer-groups --reset-offsets --group billing --topic orders:0 --to-earliest --execute");
        ToolRun again = await RunAsync(Consume + "--max-messages 4 --timeout-ms 20000");
        ToolRun caughtUp = await RunAsync("consumer-groups --describe --group billing --json");
        ToolRun deleted = await RunAsync("consumer-groups --delete --group billing");
        ToolRun gone = await RunAsync("consumer-groups --describe --group billing");

        Assert.That(consumed.Output, Is.EqualTo("a\nb\nc\n"), consumed.Error);
        Assert.That(described.ExitCode, Is.Zero, described.Error);
        Assert.That(described.OutputLines[1], Does.Match(@"^billing +orders +0 +3 +4 +1 +- +- +- +\d+\.\d$"));
        Assert.That(described.Error, Is.EqualTo("Consumer group 'billing' has no active members.\n"));
        Assert.That(listed.OutputLines, Has.Some.Match("^billing +Classic +Empty$"), listed.Error);
        Assert.That(tried.OutputLines[^1], Does.Match("^billing +orders +0 +0$"), tried.Error);
        Assert.That(exported.Output, Is.EqualTo("orders,0,2\n"), exported.Error);
        Assert.That(reset.OutputLines[^1], Does.Match("^billing +orders +0 +0$"), reset.Error);
        Assert.That(again.Output, Is.EqualTo("a\nb\nc\nd\n"), again.Error);
        using JsonDocument document = JsonDocument.Parse(caughtUp.Output);
        Assert.That(document.RootElement[0].GetProperty("lag").GetInt64(), Is.Zero);
        Assert.That(document.RootElement[0].GetProperty("lagSeconds").GetDouble(), Is.Zero);
        Assert.That(deleted.Output, Is.EqualTo("Deleted group billing.\n"), deleted.Error);
        Assert.That(gone.ExitCode, Is.EqualTo(1));
        Assert.That(gone.Error, Is.EqualTo("Consumer group 'billing' does not exist.\n"));
    }

    [Test]
    public async Task A_group_with_a_member_shows_it_and_is_not_moved_or_deleted()
    {
        await RunAsync("topics --create --topic live --partitions 1");
        await ToolRun.WithInputAsync("a\n"u8.ToArray(), Arguments("console-producer --topic live"));
        using var stop = new CancellationTokenSource();
        Task<ToolRun> member = ToolRun.UntilAsync(
            stop.Token, Arguments("console-consumer --topic live --group readers --from-beginning"));
        await Eventually.True(
            async () => (await MembersAsync()).EndsWith(" live(0)\n", StringComparison.Ordinal),
            "the member has its partition", TimeSpan.FromSeconds(30));
        ToolRun state = await RunAsync("consumer-groups --describe --group readers --state");
        ToolRun reset = await RunAsync(
            "consumer-groups --reset-offsets --group readers --topic live --to-earliest --execute");
        ToolRun deletedOffsets = await RunAsync("consumer-groups --delete-offsets --group readers --topic live");
        ToolRun deleted = await RunAsync("consumer-groups --delete --group readers");
        await stop.CancelAsync();
        await member;

        Assert.That(state.OutputLines[^1], Does.Match($@"^readers +\S+:{_node.AkkaPort} \(1\) +range +Stable +1$"));
        Assert.That(reset.ExitCode, Is.EqualTo(1));
        Assert.That(reset.Error, Does.Contain("only while it is inactive").And.Contain("Stable"));
        Assert.That(deletedOffsets.Output, Does.Contain("GROUP_SUBSCRIBED_TO_TOPIC"), deletedOffsets.Error);
        Assert.That(deleted.ExitCode, Is.EqualTo(1));
        Assert.That(deleted.Error, Does.Contain("NON_EMPTY_GROUP"));
    }

    private async Task<string> MembersAsync() =>
        (await RunAsync("consumer-groups --describe --group readers --members --verbose")).Output;

    private Task<ToolRun> RunAsync(string line) => ToolRun.OfAsync(Arguments(line));

    private string[] Arguments(string line) => [.. line.Split(' '), "--bootstrap-server", _node.Bootstrap];
}
