using KafkaActors.Protocol;
using KafkaActors.Storage.Tests.Simulation;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

public sealed class LogFaultTests
{
    private const int BatchBytes = 101;
    private static readonly LogConfig Small = LogConfig.Default with { SegmentBytes = 4 * BatchBytes };

    [Test]
    public async Task A_full_disk_takes_the_log_offline_and_space_brings_it_back()
    {
        var disk = new SimulatedFileSystem();
        SimulatedFileSystem after;
        await using (var log = new SimulatedLog(disk, LogConfig.Default))
        {
            log.AppendMany(3);
            disk.FreeBytes = 50;
            Assert.That(log.TryAppend().Error, Is.EqualTo(ErrorCode.KafkaStorageError));
            disk.FreeBytes = long.MaxValue;
            Assert.That(log.TryAppend().Error, Is.EqualTo(ErrorCode.KafkaStorageError), "never retried in place");
            Assert.That(log.Log.LogEndOffset, Is.EqualTo(3));
            Assert.That(log.Log.Failure?.Kind, Is.EqualTo(LogFailureKind.Write));
            Assert.That(log.FailuresSeen, Is.EqualTo(1));
            after = disk.Kill();
        }
        await using var again = new SimulatedLog(after, LogConfig.Default);
        Assert.That(again.Log.LogEndOffset, Is.EqualTo(3));
        Assert.That(again.Log.Recovery.BytesCut, Is.EqualTo(50));
        again.AppendMany(2);
        Assert.That(again.ReadAll(), Has.Length.EqualTo(5 * BatchBytes));
    }

    [Test]
    public async Task A_failed_fsync_is_sticky_and_flushes_nothing()
    {
        var disk = new SimulatedFileSystem();
        await using var log = new SimulatedLog(disk, LogConfig.Default with { FlushPolicy = FlushPolicy.GroupCommit });
        log.AppendMany(1);
        await Eventually.That(() => log.Log.FlushedOffset, Is.EqualTo(1));
        disk.Before = (operation, path) =>
        {
            bool isLog = operation == "fsync" && path.EndsWith(".log", StringComparison.Ordinal);
            if (isLog) throw new IOException("I/O error");
        };
        log.AppendMany(1);
        await Eventually.That(() => log.Log.Failure, Is.Not.Null);
        Assert.That(log.Log.Failure?.Kind, Is.EqualTo(LogFailureKind.Flush));
        Assert.That(log.Log.FlushedOffset, Is.EqualTo(1));
        Assert.That(log.TryAppend().Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        disk.Before = null;
    }

    [Test]
    public async Task With_group_commit_everything_flushed_survives_a_power_cut_after_any_change()
    {
        LogConfig config = Small with { FlushPolicy = FlushPolicy.GroupCommit };
        for (int seed = 0; seed < 60; seed++)
        {
            var disk = new SimulatedFileSystem();
            var random = new Random(seed);
            long flushed;
            SimulatedFileSystem after;
            await using (var log = new SimulatedLog(disk, config))
            {
                int batches = random.Next(1, 14);
                for (int i = 0; i < batches; i++)
                {
                    log.AppendMany(1);
                    long end = log.Log.LogEndOffset;
                    if (random.Next(3) == 0) await Eventually.That(() => log.Log.FlushedOffset, Is.EqualTo(end));
                    if (random.Next(6) == 0) log.Lead(i + 1);
                }
                flushed = log.Log.FlushedOffset;
                after = disk.PowerCut(seed % 3 == 0 ? null : random);
            }
            await using var again = new SimulatedLog(after, config);
            Assert.That(again.Log.Failure, Is.Null, $"seed {seed}");
            Assert.That(again.Log.LogEndOffset, Is.GreaterThanOrEqualTo(flushed), $"seed {seed}");
            Assert.That(again.ReadAll(), Has.Length.EqualTo(again.Log.LogEndOffset * BatchBytes), $"seed {seed}");
        }
    }

    [Test]
    public async Task Many_appends_share_an_fsync()
    {
        var disk = new SimulatedFileSystem();
        int fsyncs = 0;
        using var first = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        disk.Before = (operation, path) =>
        {
            if (operation != "fsync" || !path.EndsWith(".log", StringComparison.Ordinal)) return;
            if (Interlocked.Increment(ref fsyncs) != 1) return;
            first.Set();
            goOn.Wait(TimeSpan.FromSeconds(20));
        };
        await using var log = new SimulatedLog(disk, LogConfig.Default with { FlushPolicy = FlushPolicy.GroupCommit });
        log.AppendMany(1);
        Assert.That(first.Wait(TimeSpan.FromSeconds(20)), Is.True);
        log.AppendMany(50);
        goOn.Set();
        await Eventually.That(() => log.Log.FlushedOffset, Is.EqualTo(51));
        Assert.That(fsyncs, Is.EqualTo(2));
    }

    [Test]
    public async Task Records_are_flushed_after_so_many_and_after_so_long()
    {
        var time = new ManualTime();
        LogConfig config = LogConfig.Default with { FlushMessages = 5, FlushInterval = TimeSpan.FromSeconds(1) };
        await using var log = new TemporaryLog(config, time);
        log.AppendMany(4);
        Assert.That(log.Log.FlushedOffset, Is.EqualTo(0));
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.That(() => log.Log.FlushedOffset, Is.EqualTo(4));
        log.AppendMany(5);
        await Eventually.That(() => log.Log.FlushedOffset, Is.EqualTo(9));
    }
}
