using KafkaActors.Protocol;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>
/// What happens to a log while it is being compacted: each test lets it happen at every single change to the disk.
/// </summary>
public sealed class CleaningInterruptedTests
{
    [Test]
    public async Task A_truncation_meanwhile_is_honoured()
    {
        await AtEveryChange(
            (log, _) => Assert.That(log.Log.TruncateTo(log.Writer, 9), Is.EqualTo(ErrorCode.None)),
            (log, report) =>
            {
                Assert.That(log.Log.LogEndOffset, Is.LessThanOrEqualTo(9));
                Assert.That(report.IsComplete, Is.False);
                Assert.That(log.Log.PlanCleaning(Later)!.FirstDirtyOffset, Is.LessThanOrEqualTo(9));
            });
    }

    [Test]
    public async Task A_new_beginning_meanwhile_is_honoured()
    {
        await AtEveryChange(
            (log, _) => Assert.That(log.Log.TruncateFullyAndStartAt(log.Writer, 500), Is.EqualTo(ErrorCode.None)),
            (log, _) =>
            {
                Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((500L, 500L)));
                Assert.That(log.ReadAll(), Is.Empty);
            });
    }

    [Test]
    public async Task Records_deleted_meanwhile_stay_deleted_and_the_rest_is_compacted()
    {
        await AtEveryChange(
            (log, _) => Assert.That(log.Log.DeleteRecordsBefore(log.Writer, 7), Is.EqualTo(ErrorCode.None)),
            (log, report) =>
            {
                Assert.That(log.Log.LogStartOffset, Is.EqualTo(7));
                Assert.That(report.IsComplete, Is.True);
                Assert.That(CompactedLog.Records(log.Log)[0].Offset, Is.GreaterThanOrEqualTo(7));
                CompactionModel.CheckCompact(log.Log, report.EndOffset, "no older record is left of any key");
            });
    }

    [Test]
    public async Task Retention_meanwhile_is_honoured()
    {
        await AtEveryChange(
            (log, _) =>
            {
                log.Log.UpdateConfig(log.Config with
                {
                    CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionBytes = 400,
                });
                log.Log.ApplyRetention(DateTimeOffset.UnixEpoch);
            },
            (log, report) => CompactionModel.CheckCompact(log.Log, report.EndOffset, "what is left is clean"));
    }

    [Test]
    public async Task A_log_that_is_not_compacted_any_more_is_left_as_it_is()
    {
        await AtEveryChange(
            (log, _) => log.Log.UpdateConfig(log.Config with { CleanupPolicy = CleanupPolicy.Delete }),
            (log, _) => Assert.That(log.Log.PlanCleaning(Later), Is.Null));
    }

    [Test]
    public async Task Appends_and_rolls_go_on_meanwhile()
    {
        await AtEveryChange(
            (log, _) =>
            {
                for (int i = 0; i < 30; i++)
                    CompactedLog.Append(log.Log, log.Writer, new KeyedBatch(("new", $"{i}")));
            },
            (log, report) =>
            {
                Assert.That(report.IsComplete, Is.True);
                Assert.That(CompactedLog.Records(log.Log).Count(record => record.Key == "new"), Is.EqualTo(30));
            });
    }

    [Test]
    public async Task Readers_of_the_old_segments_are_not_disturbed()
    {
        var reads = new List<(LogReadResult Read, byte[] Bytes)>();
        await AtEveryChange(
            (log, _) =>
            {
                for (long from = 0; from < log.Log.LogEndOffset; from += 3)
                {
                    LogReadResult read = log.Log.Read(from, long.MaxValue, 1 << 20, atLeastOneBatch: true);
                    byte[] bytes = new byte[read.Length];
                    read.CopyTo(bytes);
                    reads.Add((read, bytes));
                }
            },
            (_, _) =>
            {
                foreach ((LogReadResult read, byte[] before) in reads)
                {
                    byte[] after = new byte[read.Length];
                    read.CopyTo(after);
                    Assert.That(after, Is.EqualTo(before));
                    read.Dispose();
                }
                reads.Clear();
            });
    }

    [Test]
    public async Task A_stop_leaves_the_log_good_and_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var disk = new SimulatedFileSystem();
        await using SimulatedLog log = Filled(disk);
        Dictionary<string, string> held = CompactedLog.Replay(CompactedLog.Records(log.Log));
        disk.Before = (operation, path) =>
        {
            if (operation == "create" && path.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal)) stop.Cancel();
        };
        CleaningReport report = CompactedLog.Cleaner().Clean(log.Log.PlanCleaning(Later)!, stop.Token)!;
        disk.Before = null;
        Assert.That(CompactedLog.Replay(CompactedLog.Records(log.Log)), Is.EqualTo(held));
        Assert.That(report.IsComplete, Is.False);
        Assert.That(Strays(disk), Is.Empty);
    }

    [Test]
    public async Task A_disk_that_fails_at_any_change_takes_nothing_away()
    {
        int failures = 0, offline = 0;
        for (int at = 0; failures == at; at++)
        {
            var disk = new SimulatedFileSystem();
            SimulatedFileSystem after;
            Dictionary<string, string> held;
            await using (SimulatedLog log = Filled(disk))
            {
                held = CompactedLog.Replay(CompactedLog.Records(log.Log));
                CleaningPlan plan = log.Log.PlanCleaning(Later)!;
                int left = at;
                disk.Before = (operation, _) =>
                {
                    // The cleaned file is removed by the same broken disk.
                    if (left-- <= 0 && operation != "delete") throw new IOException("I/O error");
                };
                try
                {
                    CompactedLog.Cleaner().Clean(plan, CancellationToken.None);
                }
                catch (IOException)
                {
                    failures++;
                }
                disk.Before = null;
                if (log.Log.Failure is not null) offline++;
                else Assert.That(CompactedLog.Replay(CompactedLog.Records(log.Log)), Is.EqualTo(held), $"{at}");
                after = disk.Kill();
            }
            await using var again = new SimulatedLog(after, CompactedLog.Config);
            Assert.That(again.Log.Failure, Is.Null, $"{at}");
            Assert.That(CompactedLog.Replay(CompactedLog.Records(again.Log)), Is.EqualTo(held), $"{at}");
            Assert.That(Strays(after), Is.Empty);
        }
        Assert.That(offline, Is.InRange(1, failures - 1));
    }

    [Test]
    public async Task A_batch_that_has_rotted_is_found_and_not_written_anew()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 20; i++) log.Append($"{i % 5}", $"{i}");
        log.Seal();
        log.Log.State.Flusher.Flush(includeActive: true);
        string file = log.Files(".log")[1];
        byte[] bytes = File.ReadAllBytes(file);
        bytes[100] ^= 1;
        File.WriteAllBytes(file, bytes);
        CleaningPlan plan = log.Log.PlanCleaning(Later)!;
        Assert.That(
            () => CompactedLog.Cleaner().Clean(plan, CancellationToken.None),
            Throws.TypeOf<CorruptLogException>());
        Assert.That(log.Log.Failure, Is.Null, "appends and other reads go on");
        Assert.That(log.TakeDamages().Single().Path, Is.EqualTo(file));
        Assert.That(File.ReadAllBytes(file), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_closed_log_is_not_cleaned_and_closing_waits_for_the_cleaning()
    {
        var disk = new SimulatedFileSystem();
        SimulatedLog log = Filled(disk);
        CleaningPlan plan = log.Log.PlanCleaning(Later)!;
        Task? closed = null;
        bool wasOpen = false;
        disk.Before = (operation, path) =>
        {
            if (closed is not null || !path.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal)) return;
            closed = log.DisposeAsync().AsTask();
            wasOpen = !closed.IsCompleted && log.Log.State.ClosedAs == ErrorCode.None;
        };
        CleaningReport? report = CompactedLog.Cleaner().Clean(plan, CancellationToken.None);
        Assert.That((report?.IsComplete, wasOpen), Is.EqualTo(((bool?)false, true)));
        await closed!;
        disk.Before = null;
        Assert.That(CompactedLog.Cleaner().Clean(plan, CancellationToken.None), Is.Null);
        Assert.That(Strays(disk), Is.Empty);
    }

    private static DateTimeOffset Later => DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);

    /// <summary>
    /// Cleans one log after another; in each something happens before one change to the disk, the next one each time.
    /// </summary>
    private static async Task AtEveryChange(
        Action<SimulatedLog, string> happens, Action<SimulatedLog, CleaningReport> check)
    {
        bool hasHappened = true;
        for (int at = 0; hasHappened; at++)
        {
            hasHappened = false;
            var disk = new SimulatedFileSystem();
            await using SimulatedLog log = Filled(disk);
            CleaningPlan plan = log.Log.PlanCleaning(Later)!;
            int left = at;
            int cleaner = Environment.CurrentManagedThreadId;
            disk.Before = (operation, path) =>
            {
                // Not in the middle of a swap, which the shape's lock keeps apart.
                bool isFree = path.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal) && operation != "rename";
                if (hasHappened || !isFree || left-- > 0) return;
                if (Environment.CurrentManagedThreadId != cleaner) return;
                hasHappened = true;
                happens(log, $"{at}: {operation} {path}");
            };
            CleaningReport report = CompactedLog.Cleaner().Clean(plan, CancellationToken.None)!;
            disk.Before = null;
            if (!hasHappened)
            {
                Assert.That(at, Is.GreaterThan(20));
                break;
            }
            Assert.That(log.Log.Failure, Is.Null, $"{at}");
            check(log, report);
            await CheckReopened(log, disk, at);
        }
    }

    private static async Task CheckReopened(SimulatedLog log, SimulatedFileSystem disk, int at)
    {
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        SimulatedFileSystem after = disk.Kill();
        await using var again = new SimulatedLog(after, log.Config);
        Assert.That(again.Log.LogEndOffset, Is.EqualTo(log.Log.LogEndOffset), $"{at}");
        Assert.That(CompactedLog.Records(again.Log), Is.EqualTo(all), $"{at}");
        Assert.That(Strays(after), Is.Empty, $"{at}");
    }

    private static SimulatedLog Filled(SimulatedFileSystem disk)
    {
        var log = new SimulatedLog(disk, CompactedLog.Config);
        for (int i = 0; i < 24; i++)
            CompactedLog.Append(log.Log, log.Writer, new KeyedBatch(($"{i % 5}", $"{i}"), ("z", $"{i}")));
        log.Log.State.Flusher.Flush(includeActive: true);
        // Of three segments one is made, which a deletion can take one from.
        log.Log.UpdateConfig(CompactedLog.Config with { SegmentBytes = 3 * CompactedLog.Config.SegmentBytes });
        return log;
    }

    private static IEnumerable<string> Strays(SimulatedFileSystem disk) => disk.FileNames("/data/events-0")
        .Where(name => name.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal)
            || name.EndsWith(LogFileNames.Swap, StringComparison.Ordinal));
}
