using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Finds what of a log can be compacted: sealed segments that are committed, on the disk, and old enough. What is not
/// on the disk may be lost in a power cut, and with it the newer record that an older one was removed for.
/// </summary>
internal static class CleaningPlanner
{
    /// <summary>
    /// Null when the log is not compacted, or is not open. May read indexes and headers from the disk, without a lock.
    /// </summary>
    public static CleaningPlan? Plan(LogState state, DateTimeOffset now)
    {
        LogView view;
        long truncations;
        lock (state.Gate)
        {
            if (state.Failure is not null || state.ClosedAs != ErrorCode.None) return null;
            (view, truncations) = (state.View, state.Truncations);
        }
        LogConfig config = state.Config;
        if (!config.CleanupPolicy.HasFlag(CleanupPolicy.Compact)) return null;
        long firstDirty = FirstDirty(state, view);
        int end = FirstUncleanable(state, view, firstDirty, config.MinCompactionLag, now.ToUnixTimeMilliseconds());
        long clean = 0, dirty = 0;
        for (int i = 0; i < end; i++)
        {
            if (view.EndOffsetOf(i) > firstDirty) dirty += view.SizeOf(i);
            else clean += view.SizeOf(i);
        }
        return new CleaningPlan(view, truncations, now)
        {
            Log = state.Log,
            FirstDirtyOffset = firstDirty,
            EndOffset = view.Segments[end].BaseOffset,
            CleanBytes = clean,
            DirtyBytes = dirty,
            IsOverdue = config.MaxCompactionLag is { } most
                && IsOverdue(view, firstDirty, end, now.ToUnixTimeMilliseconds() - most.TotalMilliseconds),
        };
    }

    /// <summary>An offset that is not in the log tells of another life of it: then all of it counts as dirty.</summary>
    private static long FirstDirty(LogState state, LogView view)
    {
        long known = state.Services.Checkpoints.Of(state.Log.Name).FirstDirty;
        return known >= view.LogStartOffset && known <= view.LogEndOffset ? known : view.LogStartOffset;
    }

    /// <summary>The first segment that must be left alone; there is always one, the active.</summary>
    private static int FirstUncleanable(
        LogState state, LogView view, long firstDirty, TimeSpan? minLag, long nowMs)
    {
        long bound = Math.Min(view.LastStableOffset, state.Flusher.SealedFlushedOffset);
        int index = 0;
        for (; !view.IsActive(index) && view.EndOffsetOf(index) <= bound; index++)
        {
            bool isDirty = view.EndOffsetOf(index) > firstDirty && view.SizeOf(index) > 0;
            if (isDirty && IsTooYoung(view.Segments[index], minLag, nowMs)) break;
        }
        return index;
    }

    private static bool IsTooYoung(LogSegment segment, TimeSpan? minLag, long nowMs)
    {
        if (minLag is not { } least) return true;
        return least > TimeSpan.Zero
            && TimeOf(segment, known => known.RetentionTimestamp()) > nowMs - least.TotalMilliseconds;
    }

    private static bool IsOverdue(LogView view, long firstDirty, int end, double beforeMs)
    {
        for (int i = 0; i < end; i++)
        {
            if (view.EndOffsetOf(i) <= firstDirty) continue;
            if (TimeOf(view.Segments[i], known => known.ReadFirstTimestamp()) < beforeMs) return true;
        }
        return false;
    }

    /// <summary>A time that the segment has; null when it has none, or was deleted meanwhile.</summary>
    private static long? TimeOf(LogSegment segment, Func<LogSegment, long> read)
    {
        if (segment.File.Acquire() is null) return null;
        try
        {
            long time = read(segment);
            return time >= 0 ? time : null;
        }
        finally
        {
            segment.File.Release();
        }
    }
}
