using KafkaActors.Cli.Groups;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class OffsetRowsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(100_000);
    private static readonly TopicPartition First = new("t", 0);
    private static readonly TopicPartition Second = new("t", 1);

    [Test]
    public void Owned_partitions_come_first_then_the_others_then_idle_members()
    {
        GroupDescription group = Group(Member("b", Second), Member("idle"), Member("a", First));
        var other = new TopicPartition("a", 0);
        IReadOnlyList<OffsetRow> rows = Rows(group, new() { [First] = 1, [other] = 2 }, new() { [First] = 1 });

        Assert.That(
            rows.Select(row => (row.Topic, row.Partition, row.ConsumerId)),
            Is.EqualTo(new (string?, int?, string?)[]
            {
                ("t", 0, "a"), ("t", 1, "b"), ("a", 0, null), (null, null, "idle"),
            }));
    }

    [TestCase(5, 5, null, 0, 0.0)]
    [TestCase(5, 8, 97_500, 3, 2.5)]
    [TestCase(5, 8, null, 3, null)]
    [TestCase(5, 8, 200_000, 3, 0.0)]
    [TestCase(9, 8, null, -1, 0.0)]
    public void A_lag_is_told_in_records_and_in_the_age_of_the_first(
        long committed, long end, long? timestampMs, long lag, double? seconds)
    {
        var timestamps = new Dictionary<TopicPartition, long>();
        if (timestampMs is { } ms) timestamps[First] = ms;
        OffsetRow row = Rows(Group(), new() { [First] = committed }, new() { [First] = end }, timestamps).Single();

        Assert.That((row.Lag, row.LagSeconds), Is.EqualTo(((long?)lag, seconds)));
    }

    [Test]
    public void What_is_not_known_is_not_made_up()
    {
        OffsetRow uncommitted = Rows(Group(Member("a", First)), [], new() { [First] = 8 }).Single();
        OffsetRow endless = Rows(Group(), new() { [First] = 5 }, []).Single();

        Assert.That(uncommitted.Cells(), Is.EqualTo(
            new[] { "g", "t", "0", "-", "8", "-", "a", "/host", "client", "-" }));
        Assert.That(endless.Cells(), Is.EqualTo(new[] { "g", "t", "0", "5", "-", "-", "-", "-", "-", "-" }));
    }

    [Test]
    public void Only_partitions_with_a_lag_are_read_from()
    {
        var rows = new OffsetRows(
            Group(),
            new Dictionary<TopicPartition, long> { [First] = 5, [Second] = 8 },
            new Dictionary<TopicPartition, long> { [First] = 6, [Second] = 8 });

        Assert.That(rows.Lagging(), Is.EqualTo(new Dictionary<TopicPartition, long> { [First] = 5 }));
    }

    private static IReadOnlyList<OffsetRow> Rows(
        GroupDescription group,
        Dictionary<TopicPartition, long> committed,
        Dictionary<TopicPartition, long> ends,
        Dictionary<TopicPartition, long>? timestamps = null) =>
        new OffsetRows(group, committed, ends).Of(timestamps ?? [], Now);

    private static GroupDescription Group(params MemberDescription[] members) => new(
        "g", ErrorCode.None, null, GroupType.Classic, GroupState.Stable, new NodeId(1), "range", members);

    private static MemberDescription Member(string id, params TopicPartition[] assignment) =>
        new(id, null, "client", "/host", assignment);
}
