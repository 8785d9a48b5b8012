using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

/// <summary>What a log keeps of its leader epochs over restarts and cuts.</summary>
public sealed class LeaderEpochCheckpointTests
{
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

    [Test]
    public async Task A_cut_at_the_end_forgets_a_leadership_that_wrote_nothing()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(2);
        log.Lead(4);
        WriterToken follower = log.Log.TakeWriter(ReplicaRole.Follower, new LeaderEpoch(5));
        Assert.That(log.Log.TruncateTo(follower, 2), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.LeaderEpochs.Entries, Is.EqualTo(History((0, 0)).Entries));
        await log.Kill();
        log.Open();
        Assert.That(log.Log.LatestEpoch, Is.EqualTo(new LeaderEpoch(0)));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(2));
    }

    private static LeaderEpochHistory History(params (int Epoch, long Start)[] entries) =>
        LeaderEpochHistory.FromEntries(entries.Select(e => new LeaderEpochStart(new LeaderEpoch(e.Epoch), e.Start)))!;
}
