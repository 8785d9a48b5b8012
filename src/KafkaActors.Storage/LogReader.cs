using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Record path 7/9.
/// Finds the bytes for a reader. Takes no lock of the log: works on one view, and on segments that it keeps from being
/// closed meanwhile. Bytes of a sealed segment are verified before they are first handed out. The indexes are only
/// believed as far as the batches bear them out; when they do not, they are made anew once. Batches that are not good
/// themselves are confined by the <see cref="RotFinder"/>: reads of that range are refused, the others go on.
/// </summary>
internal sealed class LogReader(LogState state)
{
    private readonly RotFinder _rot = new(state);

    /// <summary>
    /// Finds whole batches of one segment; null when a deletion or truncation has outdated the view, or when rot was
    /// found that was not known: look again. CorruptMessage where rot is known.
    /// </summary>
    public LogReadResult? TryRead(LogView view, in Wanted wanted)
    {
        for (int i = view.FloorSegment(wanted.Offset); i < view.Segments.Length; i++)
        {
            LogSegment segment = view.Segments[i];
            if (segment.File.Acquire() is not { } file) return null;
            bool handedOver = false;
            try
            {
                if (segment.Rot.At(Math.Max(wanted.Offset, segment.BaseOffset)) is not null)
                    return LogReadResult.Failed(Protocol.ErrorCode.CorruptMessage, view, wanted.Offset);
                var look = new Look(view, i, file);
                LogRange? range;
                try
                {
                    range = FindRange(look, wanted);
                }
                catch (CorruptLogException) when (TryConfine(look))
                {
                    return null;
                }
                if (range is not { } found) continue;
                if (found.Position >= found.End) return LogReadResult.Empty(view, wanted.Offset);
                handedOver = true;
                bool isCold = found.FirstOffset < state.WarmFrom(view);
                return LogReadResult.Found(view, segment, file, found, isCold);
            }
            finally
            {
                if (!handedOver) segment.File.Release();
            }
        }
        return LogReadResult.Empty(view, wanted.Offset);
    }

    /// <summary>
    /// Looks for what spoilt a read; true when something was found, and the next try gets further. A truncation under
    /// the reader looks the same, and is none of the segment's fault.
    /// </summary>
    public bool TryConfine(in Look look)
    {
        bool isOutdated = !ReferenceEquals(look.View.Segments, state.View.Segments)
            || state.View.LogEndOffset < look.View.LogEndOffset;
        return !isOutdated && _rot.TryConfine(look.View, look.Index, look.File);
    }

    /// <summary>
    /// The first batch of a segment whose last offset is not below an offset; verified. Null when there is none.
    /// </summary>
    public BatchPlace? FindBatch(in Look look, long offset)
    {
        SegmentIndexes indexes = look.Segment.Indexes();
        try
        {
            return FindBatch(look, indexes, offset);
        }
        catch (CorruptLogException)
        {
            return FindBatch(look, Rebuild(look.Segment, indexes), offset);
        }
    }

    /// <summary>
    /// Makes indexes anew that did not fit the batches. Those of the active segment stand still meanwhile.
    /// </summary>
    public SegmentIndexes Rebuild(LogSegment segment, SegmentIndexes suspect)
    {
        if (!segment.IsWritable) return segment.RebuildIndexes(suspect);
        lock (state.Gate) return segment.RebuildIndexes(suspect);
    }

    private LogRange? FindRange(in Look look, in Wanted wanted)
    {
        SegmentIndexes indexes = look.Segment.Indexes();
        try
        {
            return FindRange(look, indexes, wanted);
        }
        catch (CorruptLogException)
        {
            return FindRange(look, Rebuild(look.Segment, indexes), wanted);
        }
    }

    private BatchPlace? FindBatch(in Look look, SegmentIndexes indexes, long offset)
    {
        (BatchPlace? place, long walkedFrom) = Locate(look, indexes, offset);
        if (place is { } found) EnsureVerified(look, walkedFrom, found.End);
        return place;
    }

    private LogRange? FindRange(in Look look, SegmentIndexes indexes, in Wanted wanted)
    {
        (BatchPlace? place, long walkedFrom) = Locate(look, indexes, wanted.Offset);
        bool isThere = place?.Header.BaseOffset <= wanted.Offset;
        if (!isThere && !state.MayHaveGaps && wanted.Offset >= look.Segment.BaseOffset)
            throw new CorruptLogException($"offset {wanted.Offset} is missing in {look.Segment.Paths.Log}");
        if (place is not { } first || first.Header.BaseOffset >= wanted.UpperBound) return null;
        Look good = look.Segment.Rot.After(first.Position) is { } rot ? look.EndingBefore(rot) : look;
        (long end, long nextOffset) = UpTo(good, indexes, wanted.UpperBound);
        if (end - first.Position > wanted.MaxBytes) (end, nextOffset) = Limit(good, indexes, first, wanted);
        EnsureVerified(look, walkedFrom, Math.Max(end, first.End));
        return new LogRange(first.Position, end, first.Header.BaseOffset, nextOffset);
    }

    /// <summary>Where the batch with the upper bound begins, and the offset there.</summary>
    private static (long End, long NextOffset) UpTo(in Look look, SegmentIndexes indexes, long upperBound)
    {
        if (upperBound >= look.EndOffset) return (look.Size, look.EndOffset);
        (BatchPlace? bound, _) = Locate(look, indexes, upperBound);
        return bound is { } place
            ? (place.Position, Math.Min(place.Header.BaseOffset, upperBound))
            : (look.Size, upperBound);
    }

    /// <summary>
    /// The last batch boundary within the byte limit, but behind the first batch when one must be given.
    /// </summary>
    private static (long End, long NextOffset) Limit(
        in Look look, SegmentIndexes indexes, BatchPlace first, in Wanted wanted)
    {
        if (first.End - first.Position >= wanted.MaxBytes && wanted.AtLeastOneBatch)
            return (first.End, first.Header.NextOffset);
        long limit = first.Position + wanted.MaxBytes;
        long from = first.Position;
        if (indexes.Offsets.FloorByPosition(limit) is { } entry && entry.Position > from)
            from = Confirm(look, entry).Position;
        return SegmentScan.LastBoundary(look.File, from, look.Size, limit);
    }

    private static (BatchPlace? Place, long WalkedFrom) Locate(in Look look, SegmentIndexes indexes, long offset)
    {
        long baseOffset = look.Segment.BaseOffset;
        long from = look.Segment.Rot.WalkFrom(offset);
        if (indexes.Offsets.FloorByOffset(offset - baseOffset) is not { } entry || entry.Position < from)
            return (SegmentScan.Find(look.File, from, look.Size, offset), from);
        BatchPlace indexed = Confirm(look, entry);
        bool holds = indexed.Header.LastOffset >= offset;
        return (holds ? indexed : SegmentScan.Find(look.File, indexed.End, look.Size, offset), entry.Position);
    }

    /// <summary>The batch that an index entry speaks of, if it stands there.</summary>
    private static BatchPlace Confirm(in Look look, OffsetIndexEntry entry)
    {
        long lastOffset = look.Segment.BaseOffset + entry.RelativeOffset;
        BatchPlace? place = SegmentScan.Find(look.File, entry.Position, look.Size, long.MinValue);
        if (place is { } batch && batch.Header.LastOffset == lastOffset) return batch;
        throw new CorruptLogException($"offset {lastOffset} does not end the batch at position {entry.Position}");
    }

    /// <summary>Verifies what of a range was not verified since the log was opened.</summary>
    private void EnsureVerified(in Look look, long from, long end)
    {
        LogSegment segment = look.Segment;
        long until = Math.Min(end, segment.WrittenHereFrom);
        long unverified = segment.Verified.FirstUnverified(from, until);
        if (unverified >= until) return;
        SegmentScan.Verify(look.File, unverified, until, state.Epochs, state.MayHaveGaps);
        segment.Verified.Add(unverified, until);
    }

    /// <summary>One segment as a view shows it, with its file in use.</summary>
    internal readonly record struct Look(LogView View, int Index, ILogFile File)
    {
        private RottenRange? Until { get; init; }

        public LogSegment Segment => View.Segments[Index];

        public long Size => Until?.Position ?? View.SizeOf(Index);

        public long EndOffset => Until?.FirstOffset ?? View.EndOffsetOf(Index);

        public Look EndingBefore(RottenRange rot) => this with { Until = rot };
    }

    /// <summary>What a reader asks for.</summary>
    internal readonly record struct Wanted(long Offset, long UpperBound, int MaxBytes, bool AtLeastOneBatch);
}
