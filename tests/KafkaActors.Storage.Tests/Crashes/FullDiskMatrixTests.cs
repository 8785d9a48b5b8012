using KafkaActors.Protocol;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>The disk full at any write of a log that appends, rolls and changes its epoch.</summary>
public sealed class FullDiskMatrixTests
{
    private const int BatchBytes = 101;
    private const int StepBytes = 17;
    private static readonly LogConfig Config =
        LogConfig.Default with { SegmentBytes = 4 * BatchBytes, IndexIntervalBytes = 120 };

    [Test]
    public async Task A_disk_full_at_any_write_refuses_and_loses_nothing_acknowledged()
    {
        bool wasFull = true;
        for (long free = 0; wasFull; free += StepBytes)
        {
            Assert.That(free, Is.LessThan(10_000), "the scenario ends");
            var disk = new SimulatedFileSystem();
            long acknowledged;
            SimulatedFileSystem after;
            await using (var log = new SimulatedLog(disk, Config))
            {
                disk.FreeBytes = free;
                acknowledged = AppendUntilRefused(log);
                wasFull = log.Log.Failure is not null;
                if (wasFull) CheckRefusals(log, free);
                disk.FreeBytes = long.MaxValue;
                after = disk.Kill();
            }
            await CheckReopened(after, acknowledged, free);
        }
    }

    private static long AppendUntilRefused(SimulatedLog log)
    {
        for (int i = 0; i < 11; i++)
        {
            if (i == 6 && log.Log.Failure is null) log.Lead(2);
            long end = log.Log.LogEndOffset;
            if (log.TryAppend(new TestBatch { Timestamp = 1_000 + i }).Error != ErrorCode.None) return end;
        }
        return log.Log.LogEndOffset;
    }

    private static void CheckRefusals(SimulatedLog log, long free)
    {
        log.Files.FreeBytes = long.MaxValue;
        Assert.That(log.TryAppend().Error, Is.EqualTo(ErrorCode.KafkaStorageError), $"{free} bytes free");
        Assert.That(log.Log.Failure?.Message, Does.Contain("no space left"), $"{free} bytes free");
        Assert.That(log.FailuresSeen, Is.EqualTo(1), $"{free} bytes free");
    }

    private static async Task CheckReopened(SimulatedFileSystem after, long acknowledged, long free)
    {
        await using var again = new SimulatedLog(after, Config);
        Assert.That(again.Log.Failure, Is.Null, $"{free} bytes free");
        long end = again.Log.LogEndOffset;
        Assert.That(end, Is.InRange(acknowledged, acknowledged + 1), $"{free} bytes free");
        Assert.That(again.ReadAll(), Has.Length.EqualTo(end * BatchBytes), $"{free} bytes free");
        again.AppendMany(2);
        Assert.That(again.Log.LogEndOffset, Is.EqualTo(end + 2), $"{free} bytes free");
    }
}
