namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// What there is to compact in one log at one moment: the sealed segments up to <see cref="EndOffset"/>, of which those
/// from <see cref="FirstDirtyOffset"/> on were not looked at yet. Made by <see cref="PartitionLog.PlanCleaning"/>,
/// carried out by a <see cref="LogCleaner"/>, soon.
/// </summary>
public sealed class CleaningPlan
{
    internal CleaningPlan(LogView view, long truncations, DateTimeOffset now)
    {
        View = view;
        Truncations = truncations;
        Now = now;
    }

    public required PartitionLog Log { get; init; }

    public required long FirstDirtyOffset { get; init; }

    /// <summary>Where a segment begins: nothing from here on may be compacted yet.</summary>
    public required long EndOffset { get; init; }

    public required long CleanBytes { get; init; }

    public required long DirtyBytes { get; init; }

    /// <summary>Whether a record waits for longer than <c>max.compaction.lag.ms</c>.</summary>
    public required bool IsOverdue { get; init; }

    public double DirtyRatio => DirtyBytes == 0 ? 0 : (double)DirtyBytes / (CleanBytes + DirtyBytes);

    /// <summary>Whether it is worth the work, or must be done.</summary>
    public bool IsDue => DirtyBytes > 0 && (IsOverdue || DirtyRatio > Log.Config.MinCleanableDirtyRatio);

    internal LogView View { get; }

    internal long Truncations { get; }

    /// <summary>The time by which lags and delete horizons are judged.</summary>
    internal DateTimeOffset Now { get; }

    /// <summary>The log most in need of it; null when none is due.</summary>
    public static CleaningPlan? Dirtiest(IEnumerable<CleaningPlan> plans) =>
        plans.Where(plan => plan.IsDue).MaxBy(plan => plan.DirtyRatio);
}
