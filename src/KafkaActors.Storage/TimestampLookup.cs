using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Finds records by their time: the time index leads near, the batches' headers to the batch, its records to the
/// record. Like every index, the time index is believed only as far as the batches bear it out.
/// </summary>
internal sealed class TimestampLookup(LogReader reader)
{
    public TimestampOffset? FirstAtOrAfter(LogView view, long timestampMs)
    {
        for (int i = Math.Max(0, view.FloorSegment(view.LogStartOffset)); i < view.Segments.Length; i++)
        {
            if (Search(view, i, look => FirstInSegment(look, timestampMs)) is { } found) return found;
        }
        return null;
    }

    public TimestampOffset? Greatest(LogView view)
    {
        int greatest = -1;
        long timestamp = -1;
        for (int i = Math.Max(0, view.FloorSegment(view.LogStartOffset)); i < view.Segments.Length; i++)
        {
            long own = Search(view, i, look => (long?)look.Segment.Indexes().MaxTimestamp) ?? -1;
            if (own > timestamp) (greatest, timestamp) = (i, own);
        }
        if (greatest < 0) return null;
        return Search(view, greatest, look => FirstInSegment(look, timestamp)) ?? GreatestOfRecords(view);
    }

    /// <summary>
    /// The same where the indexes tell of a batch that compaction has left without records: all headers are read.
    /// </summary>
    private TimestampOffset? GreatestOfRecords(LogView view)
    {
        TimestampOffset? greatest = null;
        for (int i = Math.Max(0, view.FloorSegment(view.LogStartOffset)); i < view.Segments.Length; i++)
        {
            long known = greatest?.Timestamp ?? -1;
            if (Search(view, i, look => GreatestInSegment(look, known)) is { } greater) greatest = greater;
        }
        return greatest;
    }

    private TimestampOffset? GreatestInSegment(LogReader.Look look, long known)
    {
        TimestampOffset? greatest = null;
        Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
        foreach ((long begin, long end) in look.Segment.Rot.GoodSpans(0, look.Size))
        {
            var walker = new BatchWalker(look.File, begin, end, buffer);
            while (walker.MoveNext())
            {
                BatchHeader batch = walker.Current;
                bool hasRecords = batch.RecordCount > 0 && batch.LastOffset >= look.View.LogStartOffset;
                if (!hasRecords || batch.MaxTimestamp <= (greatest?.Timestamp ?? known)) continue;
                reader.FindBatch(look, batch.BaseOffset);
                greatest = FirstInBatch(look, new BatchPlace(walker.Position, batch), batch.MaxTimestamp) ?? greatest;
            }
        }
        return greatest;
    }

    /// <summary>
    /// Runs a search in one segment; again without the rot that it met, and with new indexes when they proved wrong.
    /// </summary>
    private T? Search<T>(LogView view, int index, Func<LogReader.Look, T?> search)
        where T : struct
    {
        LogSegment segment = view.Segments[index];
        if (segment.File.Acquire() is not { } file) throw new IOException($"{segment.Paths.Log} was deleted");
        try
        {
            var look = new LogReader.Look(view, index, file);
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return search(look);
                }
                catch (CorruptLogException) when (attempt <= 2)
                {
                    if (!reader.TryConfine(look)) reader.Rebuild(segment, segment.Indexes());
                }
            }
        }
        finally
        {
            segment.File.Release();
        }
    }

    private TimestampOffset? FirstInSegment(LogReader.Look look, long timestampMs)
    {
        SegmentIndexes indexes = look.Segment.Indexes();
        if (indexes.MaxTimestamp < timestampMs) return null;
        long from = 0;
        if (indexes.Times.LastBefore(timestampMs) is { } entry) from = Confirm(look, indexes, entry).Position;
        Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
        foreach ((long begin, long end) in look.Segment.Rot.GoodSpans(from, look.Size))
        {
            var walker = new BatchWalker(look.File, begin, end, buffer);
            while (walker.MoveNext())
            {
                bool isBelow = walker.Current.LastOffset < look.View.LogStartOffset;
                if (isBelow || walker.Current.MaxTimestamp < timestampMs) continue;
                reader.FindBatch(look, walker.Current.BaseOffset);
                var place = new BatchPlace(walker.Position, walker.Current);
                if (FirstInBatch(look, place, timestampMs) is { } found) return found;
            }
            if (!walker.IsAtEnd) throw SegmentScan.NoBatch(walker.Position);
        }
        return null;
    }

    /// <summary>The batch that a time entry speaks of, if it has the entry's timestamp.</summary>
    private static BatchPlace Confirm(LogReader.Look look, SegmentIndexes indexes, TimeIndexEntry entry)
    {
        long offset = look.Segment.BaseOffset + entry.RelativeOffset;
        long indexed = indexes.Offsets.FloorByOffset(entry.RelativeOffset)?.Position ?? 0;
        long from = Math.Max(indexed, look.Segment.Rot.WalkFrom(offset));
        BatchPlace? place = SegmentScan.Find(look.File, from, look.Size, offset);
        if (place is { } batch && batch.Header.LastOffset == offset && batch.Header.MaxTimestamp == entry.Timestamp)
            return batch;
        throw new CorruptLogException($"no batch has the timestamp {entry.Timestamp} at offset {offset}");
    }

    private static TimestampOffset? FirstInBatch(LogReader.Look look, BatchPlace place, long timestampMs)
    {
        using var batches = new BatchReader(look.File, place.Position, place.End);
        if (!batches.TryReadNext(out RecordBatch batch)) throw SegmentScan.NoBatch(place.Position);
        try
        {
            return RecordTimes.FirstAtOrAfter(batch, timestampMs, look.View.LogStartOffset) is { } found
                ? new TimestampOffset(found.TimestampMs, found.Offset, batch.PartitionLeaderEpoch)
                : null;
        }
        catch (CorruptRecordException)
        {
            // The batch is as its producer sent it, and only its header can be read: it answers for its records.
            return new TimestampOffset(batch.MaxTimestamp, batch.BaseOffset, batch.PartitionLeaderEpoch);
        }
    }
}
