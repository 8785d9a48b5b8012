using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Which segments a log need not keep: always the oldest ones, without a gap, and only committed ones.
/// </summary>
internal static class LogRetention
{
    /// <summary>
    /// How many segments may go, counted from the oldest. The active one counts only when time has passed it as well;
    /// it must then be rolled first. A segment that compaction has emptied has no age and no size: it goes together
    /// with a later one, or stays, since its offsets may still be read from.
    /// </summary>
    public static int CountDeletable(LogView view, LogConfig config, long nowMs)
    {
        bool deletes = config.CleanupPolicy.HasFlag(CleanupPolicy.Delete);
        long excess = deletes && config.RetentionBytes >= 0 ? TotalBytes(view) - config.RetentionBytes : 0;
        int count = 0;
        for (int i = 0; i < view.Segments.Length; i++)
        {
            bool active = view.IsActive(i);
            if (view.SizeOf(i) == 0 && active) break;
            if (view.EndOffsetOf(i) > view.HighWatermark) break;
            bool belowStart = !active && view.EndOffsetOf(i) <= view.LogStartOffset;
            if (view.SizeOf(i) == 0 && !belowStart) continue;
            bool tooOld = deletes && config.Retention is { } age && IsOlder(view.Segments[i], nowMs, age);
            bool tooMuch = !active && excess > 0 && excess >= view.SizeOf(i);
            if (!belowStart && !tooOld && !tooMuch) break;
            excess -= view.SizeOf(i);
            count = i + 1;
        }
        return count;
    }

    private static bool IsOlder(LogSegment segment, long nowMs, TimeSpan age) =>
        nowMs - segment.RetentionTimestamp() > age.TotalMilliseconds;

    private static long TotalBytes(LogView view)
    {
        long total = 0;
        for (int i = 0; i < view.Segments.Length; i++) total += view.SizeOf(i);
        return total;
    }
}
