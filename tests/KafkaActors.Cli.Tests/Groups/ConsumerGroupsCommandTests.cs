using System.CommandLine;
using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class ConsumerGroupsCommandTests
{
    private const string Reset = "--reset-offsets --group g --topic t:0,1 ";

    private static readonly TestCaseData[] Targets =
    [
        Case("--to-earliest", new ResetTarget.ToEarliest()),
        Case("--to-latest", new ResetTarget.ToLatest()),
        Case("--to-current", new ResetTarget.ToCurrent()),
        Case("--to-offset 7", new ResetTarget.ToOffset(7)),
        Case("--shift-by -10", new ResetTarget.ShiftBy(-10)),
        Case("--to-datetime 1970-01-01T00:00:01.500", new ResetTarget.ToTime(1500)),
        Case("--by-duration PT1H", new ResetTarget.ToTime(0)),
        Case("--by-duration PT10S", new ResetTarget.ToTime(50_000)),
    ];

    [TestCaseSource(nameof(Targets))]
    public void A_target_is_read(string options, object expected)
    {
        ResetScope scope = Scope(Reset + options);

        Assert.That(scope.Target, Is.EqualTo(expected));
        Assert.That(scope.Topics!.Single().Partitions, Is.EqualTo(new[] { 0, 1 }));
        Assert.That(scope.Execute, Is.False);
    }

    [Test]
    public void All_topics_are_those_of_the_group()
    {
        ResetScope scope = Scope("--reset-offsets --all-groups --all-topics --to-latest --execute");

        Assert.That(scope.Topics, Is.Null);
        Assert.That(scope.Execute, Is.True);
    }

    [Test]
    public void Offsets_come_from_a_file()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("offsets.csv");
        File.WriteAllText(path, "t,0,5\n");
        ResetScope scope = Scope($"--reset-offsets --group g --from-file {path}");

        Assert.That(scope.FromFile!["g"][new TopicPartition("t", 0)], Is.EqualTo(5));
        Assert.That(scope.Target, Is.Null);
    }

    [TestCase("")]
    [TestCase("--list --describe --group g")]
    [TestCase("--list --state Stabel")]
    [TestCase("--list --type old")]
    [TestCase("--describe")]
    [TestCase("--describe --group g --all-groups")]
    [TestCase("--describe --group g --members --state")]
    [TestCase("--describe --group g --verbose")]
    [TestCase("--describe --group g --topic t")]
    [TestCase("--describe --group g --to-earliest")]
    [TestCase("--reset-offsets --group g --to-earliest")]
    [TestCase("--reset-offsets --group g --topic t")]
    [TestCase("--reset-offsets --group g --topic t --all-topics --to-earliest")]
    [TestCase("--reset-offsets --group g --topic t: --to-earliest")]
    [TestCase("--reset-offsets --group g --topic t --from-file f")]
    [TestCase(Reset + "--to-earliest --to-latest")]
    [TestCase(Reset + "--to-earliest --dry-run --execute")]
    [TestCase(Reset + "--to-offset soon")]
    [TestCase(Reset + "--by-duration P1M")]
    [TestCase(Reset + "--to-datetime today")]
    [TestCase("--reset-offsets --topic t --to-earliest")]
    [TestCase("--delete")]
    [TestCase("--delete --group g --topic t")]
    [TestCase("--delete-offsets --group g")]
    [TestCase("--delete-offsets --group g --group h --topic t")]
    [TestCase("--delete-offsets --all-groups --topic t")]
    public async Task A_wrong_command_line_is_refused_before_anybody_is_asked(string options)
    {
        ToolRun run = await ToolRun.OfAsync(Words("consumer-groups " + options));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.OutputBytes, Is.Empty);
    }

    private static TestCaseData Case(string options, ResetTarget expected) =>
        new TestCaseData(options, expected).SetArgDisplayNames(options);

    private static ResetScope Scope(string options)
    {
        var streams = new StandardStreams(Stream.Null, Stream.Null, TextWriter.Null);
        var command = new ConsumerGroupsCommand(new ToolContext(streams, new AtOneMinute()));
        ParseResult parsed = command.Parse(Words(options));
        Assert.That(parsed.Errors, Is.Empty);
        return command.Scope(parsed);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A minute after 1970 began.</summary>
    private sealed class AtOneMinute : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMinutes(1);
    }
}
