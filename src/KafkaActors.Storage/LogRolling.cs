using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// When a log begins a new segment. An empty segment is rolled only for an offset that does not fit its indexes.
/// </summary>
internal static class LogRolling
{
    /// <summary>
    /// Before a batch is appended: the segment would grow too large, is too old by the batch's own time, has a full
    /// index, or the batch's offset does not fit the index.
    /// </summary>
    public static bool IsDue(LogSegment active, in BatchHeader batch, LogConfig config)
    {
        if (IsTooFar(active, batch)) return true;
        if (active.Size == 0) return false;
        return active.Size + batch.SizeInBytes > config.SegmentBytes
            || IsTooOld(active, batch.MaxTimestamp, config)
            || active.Indexes().IsFull(config.SegmentIndexBytes);
    }

    /// <summary>Whether the batch's offset, behind a large gap, does not fit an index of the segment.</summary>
    public static bool IsTooFar(LogSegment active, in BatchHeader batch) =>
        batch.LastOffset - active.BaseOffset > int.MaxValue;

    /// <summary>Whether the segment's first batch is older than the rolling age at a time.</summary>
    public static bool IsTooOld(LogSegment active, long timestampMs, LogConfig config) =>
        active.FirstTimestamp >= 0 && timestampMs - active.FirstTimestamp > RollAgeMs(active, config);

    // Each segment's part of the jitter is its own and stays; so partitions made together do not all roll together.
    private static double RollAgeMs(LogSegment active, LogConfig config)
    {
        double age = config.RollAge.TotalMilliseconds;
        if (config.SegmentJitter <= TimeSpan.Zero) return age;
        double part = (uint)active.Paths.Log.GetHashCode(StringComparison.Ordinal) / (double)uint.MaxValue;
        return age - (part * Math.Min(age, config.SegmentJitter.TotalMilliseconds));
    }
}
