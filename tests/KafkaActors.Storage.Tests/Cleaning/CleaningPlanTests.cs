using KafkaActors.Protocol;
using KafkaActors.Storage.Cleaning;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>What of a log may be compacted, and when it is worth it.</summary>
public sealed class CleaningPlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(100_000);

    [Test]
    public async Task A_log_that_is_not_compacted_has_no_plan()
    {
        await using var log = new TemporaryLog(CompactedLog.Config with { CleanupPolicy = CleanupPolicy.Delete });
        log.Append("a", "1");
        Assert.That(log.Log.PlanCleaning(Now), Is.Null);
    }

    [Test]
    public async Task The_active_segment_is_left_alone()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Append("a", "2");
        Flush(log);
        CleaningPlan plan = log.Log.PlanCleaning(Now)!;
        Assert.That((plan.EndOffset, plan.DirtyBytes, plan.IsDue), Is.EqualTo((0L, 0L, false)));
        log.Clean();
        Assert.That(log.Lines(), Is.EqualTo(new[] { "0 a=1", "1 a=2" }));
    }

    [Test]
    public async Task What_is_not_committed_is_left_alone()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        long first = log.Append("a", "1");
        log.Seal();
        Flush(log);
        long committed = log.Log.View.Segments[1].BaseOffset;
        Assert.That(log.Log.PlanCleaning(Now)!.EndOffset, Is.EqualTo(log.Log.View.Segments[^1].BaseOffset));
        for (int i = 0; i < 20; i++) AppendUncommitted(log, "b", $"{i}");
        Flush(log);
        CleaningPlan plan = log.Log.PlanCleaning(Now)!;
        Assert.That(plan.EndOffset, Is.InRange(committed, log.Log.View.HighWatermark));
        Assert.That(plan.FirstDirtyOffset, Is.EqualTo(first));
    }

    [Test]
    public async Task What_is_not_on_the_disk_is_left_alone()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Seal();
        Flush(log);
        long flushed = log.Log.View.Segments[^1].BaseOffset;
        lock (log.Log.State.Gate)
        {
            // No roll, whose flush runs on a thread of its own, happens while the plan is made.
            log.Log.State.Flusher.Truncated(flushed - 1);
        }
        Assert.That(log.Log.PlanCleaning(Now)!.EndOffset, Is.LessThan(flushed));
    }

    [Test]
    public async Task A_sealed_segment_becomes_cleanable_by_itself()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Seal();
        long end = log.Log.View.Segments[^1].BaseOffset;
        await Eventually.That(() => log.Log.PlanCleaning(Now)!.EndOffset, Is.EqualTo(end));
    }

    [Test]
    public async Task Records_younger_than_the_least_lag_are_left_alone()
    {
        LogConfig config = CompactedLog.Config with { MinCompactionLag = TimeSpan.FromSeconds(10) };
        await using var log = new TemporaryLog(config);
        log.Append(new KeyedBatch(("a", "1")) { Timestamp = 50_000 });
        log.Seal();
        long young = log.Append(new KeyedBatch(("a", "2"), ("a", "3")) { Timestamp = 90_000 });
        log.Seal();
        Flush(log);
        CleaningPlan plan = log.Log.PlanCleaning(DateTimeOffset.FromUnixTimeMilliseconds(100_000))!;
        Assert.That(plan.EndOffset, Is.LessThanOrEqualTo(young));
        log.Clean(DateTimeOffset.FromUnixTimeMilliseconds(100_000));
        Assert.That(log.Lines(), Is.EqualTo(new[] { "0 a=1", $"{young} a=2", $"{young + 1} a=3" }));
        log.Clean(DateTimeOffset.FromUnixTimeMilliseconds(100_002));
        Assert.That(log.Lines(), Is.EqualTo(new[] { $"{young + 1} a=3" }));
    }

    [Test]
    public async Task Without_an_end_to_the_least_lag_nothing_is_compacted()
    {
        await using var log = new TemporaryLog(CompactedLog.Config with { MinCompactionLag = null });
        log.Append("a", "1");
        log.Seal();
        Flush(log);
        Assert.That(log.Log.PlanCleaning(Now)!.DirtyBytes, Is.Zero);
    }

    [Test]
    public async Task A_log_is_due_when_enough_of_it_is_new()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 30; i++) log.Append($"{i}", "1");
        log.Seal();
        log.Clean();
        log.Append("a", "1");
        log.Seal();
        Flush(log);
        CleaningPlan plan = log.Log.PlanCleaning(Now)!;
        Assert.That(plan.DirtyRatio, Is.InRange(0.01, 0.5));
        Assert.That(plan.DirtyRatio, Is.EqualTo((double)plan.DirtyBytes / (plan.DirtyBytes + plan.CleanBytes)));
        Assert.That(plan.IsDue, Is.True);
        log.Log.UpdateConfig(log.Config with { MinCleanableDirtyRatio = 0.5 });
        Assert.That(plan.IsDue, Is.False);
    }

    [Test]
    public async Task A_record_older_than_the_greatest_lag_makes_its_log_due()
    {
        LogConfig config = CompactedLog.Config with
        {
            MinCleanableDirtyRatio = 1, MaxCompactionLag = TimeSpan.FromSeconds(10),
        };
        await using var log = new TemporaryLog(config);
        log.Append(new KeyedBatch(("a", "1")) { Timestamp = 50_000 });
        Flush(log);
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(60_000));
        Assert.That(log.Log.View.Segments, Has.Length.EqualTo(1));
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(60_001));
        Assert.That(log.Log.View.Segments, Has.Length.EqualTo(2), "the active segment does not keep it back");
        Flush(log);
        Assert.That(log.Log.PlanCleaning(DateTimeOffset.FromUnixTimeMilliseconds(60_000))!.IsDue, Is.False);
        Assert.That(log.Log.PlanCleaning(DateTimeOffset.FromUnixTimeMilliseconds(60_001))!.IsDue, Is.True);
    }

    [Test]
    public async Task The_dirtiest_log_that_is_due_comes_first()
    {
        await using var clean = new TemporaryLog(CompactedLog.Config);
        await using var dirty = new TemporaryLog(CompactedLog.Config);
        await using var idle = new TemporaryLog(CompactedLog.Config with { MinCleanableDirtyRatio = 1 });
        foreach (TemporaryLog log in new[] { clean, dirty, idle })
        {
            log.Append("a", "1");
            log.Seal();
        }
        clean.Clean();
        clean.Seal();
        foreach (TemporaryLog log in new[] { clean, dirty, idle }) Flush(log);
        CleaningPlan[] plans = [.. new[] { clean, idle, dirty }.Select(log => log.Log.PlanCleaning(Now)!)];
        Assert.That(CleaningPlan.Dirtiest(plans)?.Log, Is.SameAs(dirty.Log));
        Assert.That(CleaningPlan.Dirtiest(plans[1..2]), Is.Null);
    }

    [Test]
    public async Task How_far_a_log_is_compacted_is_remembered_in_Kafkas_file()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Seal();
        long end = log.Clean().EndOffset;
        string file = Path.Combine(log.Root, "cleaner-offset-checkpoint");
        Assert.That(File.ReadAllText(file), Is.EqualTo($"0\n1\nevents 0 {end}\n"));
        await log.Reopen();
        Assert.That(log.Log.PlanCleaning(Now)!.FirstDirtyOffset, Is.EqualTo(end));
    }

    [Test]
    public async Task A_log_that_was_cut_or_begun_anew_is_dirty_from_there_on()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 20; i++) log.Append("a", $"{i}");
        log.Seal();
        log.Clean();
        log.Lead(1);
        Assert.That(log.Log.TruncateTo(log.Writer, 19), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.PlanCleaning(Now)!.FirstDirtyOffset, Is.EqualTo(log.Log.LogEndOffset));
        Assert.That(log.Log.TruncateFullyAndStartAt(log.Writer, 500), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.PlanCleaning(Now)!.FirstDirtyOffset, Is.EqualTo(500));
    }

    private static void Flush(TemporaryLog log) => log.Log.State.Flusher.Flush(includeActive: true);

    private static void AppendUncommitted(TemporaryLog log, string key, string value)
    {
        var batch = new KeyedBatch((key, value)) { BaseOffset = log.Log.LogEndOffset };
        Assert.That(log.Log.Append(log.Writer, batch.Build()).Error, Is.EqualTo(ErrorCode.None));
    }
}
