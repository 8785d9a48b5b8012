namespace KafkaActors.Protocol.Tests;

public sealed class LeaderEpochHistoryTests
{
    private static readonly LeaderEpochHistory Three = History((1, 0), (3, 10), (4, 25));

    [TestCase(0, 0, 0)]
    [TestCase(1, 1, 10)]
    [TestCase(2, 1, 10)]
    [TestCase(3, 3, 25)]
    [TestCase(4, 4, 40)]
    public void The_end_of_an_epoch_is_where_the_next_one_begins(int asked, int epoch, long end)
    {
        var expected = new LeaderEpochEnd(new LeaderEpoch(epoch), end);
        Assert.That(Three.EndOffsetFor(new LeaderEpoch(asked), 40), Is.EqualTo(expected));
    }

    [TestCase(5)]
    [TestCase(-1)]
    public void An_epoch_above_all_that_is_known_has_no_end(int asked) =>
        Assert.That(Three.EndOffsetFor(new LeaderEpoch(asked), 40), Is.Null);

    [Test]
    public void An_empty_history_knows_no_end()
    {
        Assert.That(LeaderEpochHistory.Empty.EndOffsetFor(new LeaderEpoch(0), 40), Is.Null);
        Assert.That(LeaderEpochHistory.Empty.Latest, Is.Null);
    }

    [Test]
    public void Assigning_replaces_what_it_contradicts()
    {
        LeaderEpochHistory after = Three.Assign(new LeaderEpoch(5), 30);
        Assert.That(after.Entries, Is.EqualTo(History((1, 0), (3, 10), (4, 25), (5, 30)).Entries));
        LeaderEpochHistory instead = Three.Assign(new LeaderEpoch(5), 25);
        Assert.That(instead.Entries, Is.EqualTo(History((1, 0), (3, 10), (5, 25)).Entries));
        LeaderEpochHistory lower = Three.Assign(new LeaderEpoch(2), 5);
        Assert.That(lower.Entries, Is.EqualTo(History((1, 0), (2, 5)).Entries));
        Assert.That(Three.Assign(new LeaderEpoch(4), 39), Is.SameAs(Three));
    }

    [TestCase(26, 3)]
    [TestCase(25, 2)]
    [TestCase(11, 2)]
    [TestCase(10, 1)]
    [TestCase(0, 0)]
    public void Truncating_from_the_end_keeps_what_began_before(long end, int kept)
    {
        Assert.That(Three.TruncateFromEnd(end).Entries, Has.Length.EqualTo(kept));
    }

    [Test]
    public void Truncating_from_the_start_moves_the_begin_of_the_epoch_there()
    {
        Assert.That(Three.TruncateFromStart(0).Entries, Is.EqualTo(Three.Entries));
        Assert.That(Three.TruncateFromStart(9).Entries, Is.EqualTo(History((1, 9), (3, 10), (4, 25)).Entries));
        Assert.That(Three.TruncateFromStart(10).Entries, Is.EqualTo(History((3, 10), (4, 25)).Entries));
        Assert.That(Three.TruncateFromStart(99).Entries, Is.EqualTo(History((4, 99)).Entries));
    }

    [TestCase(0, 1)]
    [TestCase(9, 1)]
    [TestCase(10, 3)]
    [TestCase(1_000, 4)]
    public void The_epoch_at_an_offset_is_the_last_that_began(long offset, int epoch)
    {
        Assert.That(Three.EpochAt(offset), Is.EqualTo(new LeaderEpoch(epoch)));
    }

    [Test]
    public void Entries_that_do_not_grow_are_no_history()
    {
        Assert.That(LeaderEpochHistory.FromEntries([new(new LeaderEpoch(2), 5), new(new LeaderEpoch(1), 9)]), Is.Null);
        Assert.That(LeaderEpochHistory.FromEntries([new(new LeaderEpoch(1), 5), new(new LeaderEpoch(2), 5)]), Is.Null);
    }

    private static LeaderEpochHistory History(params (int Epoch, long Start)[] entries) =>
        LeaderEpochHistory.FromEntries(entries.Select(e => new LeaderEpochStart(new LeaderEpoch(e.Epoch), e.Start)))!;
}
