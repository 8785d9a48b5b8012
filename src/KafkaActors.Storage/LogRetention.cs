using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Which segments a log need not keep: always the oldest ones, without a gap, and only committed ones.
/// </summary>
internal static class LogRetention
{
    /// <summary>
    /// How many segments may go, counted from the oldest. The active one counts only when time has passed it as well;
    /// it must then be rolled first.
    /// </summary>
    public static int CountDeletable(LogView view, LogConfig config, long nowMs)
    {
        bool deletes = config.CleanupPolicy.HasFlag(CleanupPolicy.Delete);
        long excess = deletes && config.RetentionBytes >= 0 ? TotalBytes(view) - config.RetentionBytes : 0;
        int count = 0;
        for (; count < view.Segments.Length; count++)
        {
            bool active = view.IsActive(count);
            if (view.SizeOf(count) == 0 && active) break;
            if (view.EndOffsetOf(count) > view.HighWatermark) break;
            bool belowStart = !active && view.EndOffsetOf(count) <= view.LogStartOffset;
            bool tooOld = deletes && config.Retention is { } age && IsOlder(view.Segments[count], nowMs, age);
            bool tooMuch = !active && excess >= view.SizeOf(count);
            if (!belowStart && !tooOld && !tooMuch) break;
            excess -= view.SizeOf(count);
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
