using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Record path: finds the bytes for a reader. Takes no lock of the log: works on one view, and on segments that the
/// view keeps from being closed. Bytes of a sealed segment are verified before they are first handed out.
/// </summary>
internal sealed class LogReader(PartitionLog log)
{
    /// <summary>Reads up to whole batches from one segment; null when the view was outdated by a deletion.</summary>
    public LogReadResult? TryRead(LogView view, long offset, long upperBound, int maxBytes, bool atLeastOneBatch)
    {
        for (int i = view.FloorSegment(offset); i < view.Segments.Length; i++)
        {
            LogSegment segment = view.Segments[i];
            if (segment.File.Acquire() is not { } file) return null;
            bool handedOver = false;
            try
            {
                LogRange? range = WithIndexes(segment, indexes =>
                    FindRange(view, i, file, indexes, new Wanted(offset, upperBound, maxBytes, atLeastOneBatch)));
                if (range is not { } found) continue;
                if (found.Position == found.End) return LogReadResult.Empty(view, offset);
                handedOver = true;
                return LogReadResult.Found(view, segment, file, found);
            }
            finally
            {
                if (!handedOver) segment.File.Release();
            }
        }
        return LogReadResult.Empty(view, offset);
    }

    /// <summary>Finds the batch that holds an offset, or the first one after it, in a segment; verified.</summary>
    public BatchPlace? FindBatch(LogView view, int index, ILogFile file, long offset) =>
        WithIndexes(view.Segments[index], indexes =>
        {
            (BatchPlace? place, long walkedFrom) = Locate(view, index, file, indexes, offset);
            if (place is { } found) EnsureVerified(view, index, file, walkedFrom, found.End);
            return place;
        });

    /// <summary>Runs a search; when the index led it astray, writes the indexes anew and runs it once more.</summary>
    private static T WithIndexes<T>(LogSegment segment, Func<SegmentIndexes, T> search)
    {
        SegmentIndexes indexes = segment.Indexes();
        try
        {
            return search(indexes);
        }
        catch (CorruptLogException) when (!segment.IsWritable)
        {
            return search(segment.RebuildIndexes(indexes));
        }
    }

    private LogRange? FindRange(LogView view, int index, ILogFile file, SegmentIndexes indexes, Wanted wanted)
    {
        (BatchPlace? place, long walkedFrom) = Locate(view, index, file, indexes, wanted.Offset);
        if (place is not { } first || first.Header.BaseOffset >= wanted.UpperBound) return null;
        long size = view.SizeOf(index);
        long segmentEnd = view.EndOffsetOf(index);
        (long end, long nextOffset) = wanted.UpperBound >= segmentEnd
            ? (size, segmentEnd)
            : UpTo(view, index, file, indexes, wanted.UpperBound);
        if (end - first.Position > wanted.MaxBytes)
        {
            long limit = first.Position + wanted.MaxBytes;
            long from = Math.Max(first.Position, indexes.Offsets.FloorByPosition(limit)?.Position ?? 0);
            (end, nextOffset) = SegmentScan.LastBoundary(file, first, from, size, limit);
            if (end < first.End && wanted.AtLeastOneBatch) (end, nextOffset) = (first.End, first.Header.NextOffset);
        }
        EnsureVerified(view, index, file, walkedFrom, end);
        return new LogRange(first.Position, Math.Max(end, first.Position), first.Header.BaseOffset, nextOffset);
    }

    /// <summary>Where the batch with the upper bound begins: the range of a reader ends before it.</summary>
    private static (long End, long NextOffset) UpTo(
        LogView view, int index, ILogFile file, SegmentIndexes indexes, long upperBound)
    {
        (BatchPlace? bound, _) = Locate(view, index, file, indexes, upperBound);
        return bound is { } place
            ? (place.Position, Math.Min(place.Header.BaseOffset, upperBound))
            : (view.SizeOf(index), upperBound);
    }

    private static (BatchPlace? Place, long WalkedFrom) Locate(
        LogView view, int index, ILogFile file, SegmentIndexes indexes, long offset)
    {
        long baseOffset = view.Segments[index].BaseOffset;
        OffsetIndexEntry? entry = indexes.Offsets.FloorByOffset(offset - baseOffset);
        long from = entry?.Position ?? 0;
        BatchPlace? place = SegmentScan.Find(file, from, view.SizeOf(index), entry is { } e ? baseOffset + e.RelativeOffset : offset);
        if (entry is { } known && place?.Header.LastOffset != baseOffset + known.RelativeOffset)
            throw new CorruptLogException($"the offset index is wrong at position {from}");
        if (place is not null && place.Value.Header.LastOffset < offset)
            place = SegmentScan.Find(file, place.Value.End, view.SizeOf(index), offset);
        return (place, from);
    }

    /// <summary>Verifies what of the range was not verified since the log was opened.</summary>
    private void EnsureVerified(LogView view, int index, ILogFile file, long from, long end)
    {
        LogSegment segment = view.Segments[index];
        long until = view.IsActive(index) ? Math.Min(end, segment.WrittenHereFrom) : end;
        long unverified = segment.Verified.FirstUnverified(from, until);
        if (unverified >= until) return;
        SegmentScan.Verify(file, unverified, until, log.LeaderEpochs, log.OffsetsAreContiguous);
        segment.Verified.Add(unverified, until);
    }

    private readonly record struct Wanted(long Offset, long UpperBound, int MaxBytes, bool AtLeastOneBatch);
}
