using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

public sealed class LeaderEpochHistoryTests
{
    private static readonly LeaderEpochHistory Three = History((1, 0), (3, 10), (4, 25));

    [TestCase(0, 0, 0)]
    [TestCase(1, 1, 10)]
    [TestCase(2, 1, 10)]
    [TestCase(3, 3, 25)]
    [TestCase(4, 4, 40)]
    [TestCase(5, -1, -1)]
    [TestCase(-1, -1, -1)]
    public void The_end_of_an_epoch_is_where_the_next_one_begins(int asked, int epoch, long end)
    {
        Assert.That(Three.EndOffsetFor(new LeaderEpoch(asked), 40), Is.EqualTo((new LeaderEpoch(epoch), end)));
    }

    [Test]
    public void An_empty_history_knows_no_end()
    {
        Assert.That(LeaderEpochHistory.Empty.EndOffsetFor(new LeaderEpoch(0), 40), Is.EqualTo((LeaderEpoch.None, -1L)));
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

    [Test]
    public async Task Epochs_come_back_from_the_checkpoint_and_without_it_from_the_batches([Values] bool missing)
    {
        await using var log = new TemporaryLog();
        log.AppendMany(2);
        log.Lead(4);
        log.AppendMany(3);
        log.Lead(6);
        log.AppendMany(1);
        await log.Kill();
        if (missing) File.Delete(Path.Combine(log.LogPath, LogFileNames.LeaderEpochs));
        log.Open();
        Assert.That(log.Log.LeaderEpochs.Entries, Is.EqualTo(History((0, 0), (4, 2), (6, 5)).Entries));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(6));
    }

    [Test]
    public async Task A_writer_of_an_older_epoch_is_not_handed_out()
    {
        await using var log = new TemporaryLog();
        log.Lead(4);
        Assert.That(() => log.Lead(3), Throws.TypeOf<StaleLeaderEpochException>());
        await log.Reopen();
        Assert.That(() => log.Lead(3), Throws.TypeOf<StaleLeaderEpochException>());
    }

    private static LeaderEpochHistory History(params (int Epoch, long Start)[] entries) =>
        LeaderEpochHistory.FromEntries(entries.Select(e => new LeaderEpochStart(new LeaderEpoch(e.Epoch), e.Start)))!;
}
