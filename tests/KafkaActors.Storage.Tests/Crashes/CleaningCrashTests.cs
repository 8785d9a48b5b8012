using KafkaActors.Protocol;
using KafkaActors.Storage.Tests.Cleaning;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>A crash before each single change to the disk of a whole <see cref="CleaningScenario"/>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CleaningCrashTests
{
    private const int Seed = 20_261_124;
    private static readonly LogConfig NotCompacted =
        CleaningScenario.Config with { CleanupPolicy = CleanupPolicy.Delete, Retention = null };

    [Test]
    public async Task A_power_cut_at_any_step_of_cleaning_loses_no_key_that_was_flushed()
    {
        await RunAndCheck(disk => [disk.PowerCut()], isKill: false);
    }

    [Test]
    public async Task A_power_cut_that_tears_what_was_not_flushed_loses_no_key_that_was()
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        await RunAndCheck(disk => [disk.PowerCut(random), disk.PowerCut(random)], isKill: false);
    }

    [Test]
    public async Task A_kill_at_any_step_of_cleaning_loses_nothing()
    {
        await RunAndCheck(disk => [disk.Kill()], isKill: true);
    }

    private static async Task RunAndCheck(
        Func<SimulatedFileSystem, IEnumerable<SimulatedFileSystem>> crash, bool isKill)
    {
        await using var scenario = new CleaningScenario(crash);
        await scenario.Run();
        TestContext.Out.WriteLine($"{scenario.Points.Count} crash points");
        Assert.That(scenario.Points, Has.Some.Property(nameof(CleaningPoint.Next)).Contains("rename").And
            .Some.Property(nameof(CleaningPoint.Next)).Contains(LogFileNames.Swap));
        foreach ((int index, CleaningPoint point) in scenario.Points.Index())
            await Check(scenario.Model, point, isKill, isCompacted: index % 2 == 0);
    }

    /// <summary>
    /// The next start finds the log whole, whether it is still to be compacted or its policy has changed meanwhile.
    /// </summary>
    private static async Task Check(CompactionModel model, CleaningPoint point, bool isKill, bool isCompacted)
    {
        SimulatedFileSystem again;
        List<ReadRecord> found;
        long end;
        LogConfig config = isCompacted ? CleaningScenario.Config : NotCompacted;
        await using (var log = new SimulatedLog(point.Disk, config))
        {
            Assert.That(Strays(point.Disk), Is.Empty, point.Next);
            end = log.Log.LogEndOffset;
            Assert.That(
                end, Is.GreaterThanOrEqualTo(isKill ? point.Appended : point.Flushed), $"{log.Log.Recovery}");
            model.Check(log.Log, end, point.Next);
            if (isKill && end == model.End) model.CheckProducers(log.Log, point.Next);
            CheckReads(log.Log, point);
            if (!isCompacted) return;
            log.Lead(9);
            log.Log.AdvanceHighWatermark(log.Writer, end);
            CompactedLog.Clean(log.Log);
            model.Check(log.Log, end, $"{point.Next}, cleaned again");
            found = CompactedLog.Records(log.Log);
            again = point.Disk.PowerCut();
        }
        await using var second = new SimulatedLog(again, NotCompacted);
        Assert.That((second.Log.Failure, second.Log.LogEndOffset), Is.EqualTo(((LogFailure?)null, end)), point.Next);
        Assert.That(CompactedLog.Records(second.Log), Is.EqualTo(found), point.Next);
    }

    private static void CheckReads(PartitionLog log, CleaningPoint point)
    {
        for (long from = log.LogStartOffset; from < log.LogEndOffset; from += 5)
        {
            using LogReadResult read = log.Read(from, long.MaxValue, 1, atLeastOneBatch: true);
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None), point.Next);
            Assert.That(read.NextOffset, Is.GreaterThan(from), point.Next);
        }
    }

    private static IEnumerable<string> Strays(SimulatedFileSystem disk) => disk.FileNames("/data/events-0")
        .Where(name => Path.GetExtension(name) is LogFileNames.Cleaned or LogFileNames.Swap or LogFileNames.Deleted);
}
