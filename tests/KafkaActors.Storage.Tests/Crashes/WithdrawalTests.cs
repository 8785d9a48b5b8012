using KafkaActors.Protocol;
using KafkaActors.Storage.Tests.Simulation;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>What a log takes back, by a cut, a new beginning, a deletion or a failed flush, stays taken back.</summary>
public sealed class WithdrawalTests
{
    [Test]
    public async Task A_cut_within_a_batch_takes_the_recovery_point_to_the_batchs_begin()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(2);
        log.Append(new TestBatch { Records = 5 });
        await log.Reopen();
        Assert.That(log.Log.TruncateTo(log.Writer, 5), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(2));
        await log.Kill();
        log.Open();
        Assert.That(log.Log.Failure, Is.Null);
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task A_cut_takes_the_high_watermark_along_through_a_kill()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        log.Log.AdvanceHighWatermark(log.Writer, 6);
        log.Directory.WriteCheckpoints();
        Assert.That(log.Log.TruncateTo(log.Writer, 3), Is.EqualTo(ErrorCode.None));
        log.AppendMany(4);
        await log.Kill();
        log.Open();
        Assert.That(log.Log.View.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public async Task Checkpoints_written_late_do_not_haunt_the_next_topic_of_that_name()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        log.Log.AdvanceHighWatermark(log.Writer, 6);
        log.Log.State.Flusher.Flush(includeActive: true);
        PartitionLog deleted = log.Log;
        await log.Directory.WithdrawAsync([deleted], Withdrawal.Delete);
        deleted.State.Services.Checkpoints.Write([deleted]);
        deleted.State.Services.Checkpoints.SaveLogStart(deleted, 5);
        PartitionLog next = log.Directory.OpenLog(TemporaryLog.Name, TopicId.NewRandom(), LogConfig.Default);
        Assert.That((next.LogStartOffset, next.LogEndOffset, next.Failure), Is.EqualTo((0L, 0L, (LogFailure?)null)));
    }

    [Test]
    public async Task Checkpoints_written_between_do_not_take_a_saved_log_start_back()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        log.Log.State.Services.Checkpoints.SaveLogStart(log.Log, 4);
        log.Directory.WriteCheckpoints();
        await log.Kill();
        log.Open();
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(4));
    }

    [Test]
    public async Task A_log_that_begins_anew_knows_no_producer_of_before()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { ProducerLimits = ProducerStateLimits.None });
        log.Append(new TestBatch { ProducerId = 7, ProducerEpoch = 0, Sequence = 0 });
        await log.Reopen();
        Assert.That(log.Log.TruncateFullyAndStartAt(log.Writer, 500), Is.EqualTo(ErrorCode.None));
        log.AppendMany(2);
        await log.Kill();
        log.Open();
        Assert.That(log.Log.CopyProducerState().Count, Is.EqualTo(0));
    }

    [Test]
    public async Task A_flush_that_fails_while_the_log_is_closed_keeps_the_clean_marker_away()
    {
        var disk = new SimulatedFileSystem();
        int fsyncs = 0;
        using var flushing = new ManualResetEventSlim();
        using var fail = new ManualResetEventSlim();
        var log = new SimulatedLog(disk, LogConfig.Default with { FlushPolicy = FlushPolicy.GroupCommit });
        disk.Before = (operation, path) =>
        {
            if (operation != "fsync" || !path.EndsWith(".log", StringComparison.Ordinal)) return;
            if (Interlocked.Increment(ref fsyncs) != 1) return;
            flushing.Set();
            fail.Wait(TimeSpan.FromSeconds(20));
            throw new IOException("I/O error");
        };
        log.AppendMany(1);
        Assert.That(flushing.Wait(TimeSpan.FromSeconds(20)), Is.True);
        Task closed = log.DisposeAsync().AsTask();
        await Eventually.That(() => log.Log.State.ClosedAs, Is.Not.EqualTo(ErrorCode.None));
        fail.Set();
        await closed;
        Assert.That(disk.FileExists("/data/" + LogFileNames.CleanShutdown), Is.False);
    }
}
