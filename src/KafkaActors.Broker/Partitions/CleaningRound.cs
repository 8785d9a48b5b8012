using KafkaActors.Storage;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// One look of one cleaner over the compacted logs, and the compaction of the one most in need of it. Blocks its thread.
/// </summary>
internal sealed class CleaningRound(
    LogCleaner cleaner, IReadOnlyList<PartitionLog> logs, TimeProvider clock, CancellationToken stop)
{
    private readonly List<(PartitionLog Log, Exception Cause)> _failed = [];

    public LogCleaner Cleaner => cleaner;

    public CleaningResult Run()
    {
        var plans = new List<CleaningPlan>();
        foreach (PartitionLog log in logs)
        {
            if (stop.IsCancellationRequested) break;
            if (Plan(log) is { IsDue: true } plan) plans.Add(plan);
        }
        CleaningReport? report = null;
        while (report is null && !stop.IsCancellationRequested && CleaningPlan.Dirtiest(plans) is { } dirtiest)
        {
            plans.Remove(dirtiest);
            // Null when another cleaner has taken it first.
            report = Clean(dirtiest);
        }
        if (report is null) cleaner.Release();
        return new CleaningResult(report, _failed);
    }

    private CleaningPlan? Plan(PartitionLog log) => Guard(log, () => log.PlanCleaning(clock.GetUtcNow()));

    private CleaningReport? Clean(CleaningPlan plan) => Guard(plan.Log, () => cleaner.Clean(plan, stop));

    private T? Guard<T>(PartitionLog log, Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
        // Whatever it is, it is about this log: the others are to be compacted all the same.
        catch (Exception cause)
        {
            _failed.Add((log, cause));
            return null;
        }
    }
}
