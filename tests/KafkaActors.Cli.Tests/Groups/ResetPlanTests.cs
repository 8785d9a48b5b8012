using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class ResetPlanTests
{
    private static readonly PartitionStanding Standing = new(
        new TopicPartition("t", 0), Committed: 50, Earliest: 10, Latest: 100, AtTime: 70);

    private static readonly TestCaseData[] Decisions =
    [
        Case(new ResetTarget.ToEarliest(), Standing, 10),
        Case(new ResetTarget.ToLatest(), Standing, 100),
        Case(new ResetTarget.ToCurrent(), Standing, 50),
        Case(new ResetTarget.ToCurrent(), Standing with { Committed = null }, 100),
        Case(new ResetTarget.ToOffset(60), Standing, 60),
        Case(new ResetTarget.ToOffset(10), Standing, 10),
        Case(new ResetTarget.ToOffset(100), Standing, 100),
        Case(new ResetTarget.ToOffset(9), Standing, 10, isNoted: true),
        Case(new ResetTarget.ToOffset(101), Standing, 100, isNoted: true),
        Case(new ResetTarget.ToOffset(-1), Standing, 10, isNoted: true),
        Case(new ResetTarget.ToTime(1), Standing, 70),
        Case(new ResetTarget.ToTime(1), Standing with { AtTime = null }, 100, isNoted: true),
        Case(new ResetTarget.ShiftBy(5), Standing, 55),
        Case(new ResetTarget.ShiftBy(-5), Standing, 45),
        Case(new ResetTarget.ShiftBy(0), Standing, 50),
        Case(new ResetTarget.ShiftBy(-41), Standing, 10, isNoted: true),
        Case(new ResetTarget.ShiftBy(51), Standing, 100, isNoted: true),
        Case(new ResetTarget.ShiftBy(long.MaxValue), Standing, 100, isNoted: true),
        Case(new ResetTarget.ShiftBy(long.MinValue), Standing, 10, isNoted: true),
    ];

    [TestCaseSource(nameof(Decisions))]
    public void A_target_leads_to_an_offset_that_the_log_has(
        object target, object standing, long expected, bool isNoted)
    {
        (long offset, string? note) = ResetPlan.Decide((ResetTarget)target, (PartitionStanding)standing);

        Assert.That(offset, Is.EqualTo(expected));
        Assert.That(note is not null, Is.EqualTo(isNoted), note);
    }

    [Test]
    public void What_was_never_committed_cannot_be_shifted()
    {
        Assert.That(
            () => ResetPlan.Decide(new ResetTarget.ShiftBy(1), Standing with { Committed = null }),
            Throws.TypeOf<ToolException>().With.Message.Contains("t-0"));
    }

    private static TestCaseData Case(
        ResetTarget target, PartitionStanding standing, long expected, bool isNoted = false) =>
        new TestCaseData(target, standing, expected, isNoted)
            .SetArgDisplayNames($"{target}", $"{standing.Committed}", $"{standing.AtTime}", $"{expected}");
}
