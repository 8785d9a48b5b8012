using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// What readers see of a log, at one moment. Immutable and published whole by one volatile write, so its offsets fit
/// each other. All bounds are exclusive ends but the log start.
/// </summary>
public sealed class LogView
{
    internal LogView(
        LogSegment[] segments, long logStartOffset, long highWatermark, long logEndOffset, long activeBytes)
    {
        Segments = segments;
        LogStartOffset = logStartOffset;
        HighWatermark = highWatermark;
        LogEndOffset = logEndOffset;
        ActiveBytes = activeBytes;
    }

    /// <summary>The first offset that may be read.</summary>
    public long LogStartOffset { get; }

    /// <summary>Everything below is committed.</summary>
    public long HighWatermark { get; }

    /// <summary>Everything below belongs to no open transaction.</summary>
    public long LastStableOffset => HighWatermark;

    /// <summary>The offset of the next record to be appended.</summary>
    public long LogEndOffset { get; }

    /// <summary>By base offset; the last one is active. Shared by all views until a segment comes or goes.</summary>
    internal LogSegment[] Segments { get; }

    /// <summary>Bytes of the last segment that this view covers.</summary>
    internal long ActiveBytes { get; }

    /// <summary>The index of the last segment that begins at or before an offset; -1 when there is none.</summary>
    internal int FloorSegment(long offset)
    {
        int low = 0, high = Segments.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Segments[middle].BaseOffset <= offset) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    internal long SizeInBytes
    {
        get
        {
            long size = ActiveBytes;
            for (int i = 0; i < Segments.Length - 1; i++) size += Segments[i].Size;
            return size;
        }
    }

    internal bool IsActive(int segment) => segment == Segments.Length - 1;

    internal long SizeOf(int segment) => IsActive(segment) ? ActiveBytes : Segments[segment].Size;

    /// <summary>The offset after the last one a segment may hold.</summary>
    internal long EndOffsetOf(int segment) => IsActive(segment) ? LogEndOffset : Segments[segment + 1].BaseOffset;
}
