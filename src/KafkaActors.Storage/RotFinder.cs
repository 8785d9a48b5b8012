using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// When reading met bytes that are no good batch: reads the segment through, and confines the damage to the ranges
/// where it is. What is in them is refused from then on; the rest of the segment, the other segments and the writer go
/// on. Bytes that this process appended to the active segment are not looked at: they were checked on their way in.
/// </summary>
internal sealed class RotFinder(LogState state)
{
    /// <summary>False when nothing new was found: it was something else, or another reader has found it.</summary>
    public bool TryConfine(LogView view, int index, ILogFile file)
    {
        LogSegment segment = view.Segments[index];
        bool isNew = false;
        foreach (RottenRange range in Find(view, index, file))
        {
            if (!segment.Rot.Add(range)) continue;
            isNew = true;
            Tell(segment, range);
        }
        return isNew;
    }

    /// <summary>
    /// Looks again at what a former process found rotten, when the log is opened: it is confined anew before anybody
    /// reads it, or forgotten because the file was mended.
    /// </summary>
    public void LookAgain(LogView view)
    {
        foreach (LogDamage damage in state.Damages.All.Where(damage => damage.Kind == LogDamageKind.Rotten))
        {
            int index = Array.FindIndex(view.Segments, segment => segment.Paths.Log == damage.Path);
            if (index < 0) continue;
            LogSegment segment = view.Segments[index];
            using SegmentUse use = segment.Use();
            if (segment.Rot.IsEmpty) TryConfine(view, index, use.File);
            if (segment.Rot.At(damage.FirstOffset) is null) state.Damages.Remove(damage);
        }
    }

    private List<RottenRange> Find(LogView view, int index, ILogFile file)
    {
        LogSegment segment = view.Segments[index];
        (long size, long endOffset) = (view.SizeOf(index), view.EndOffsetOf(index));
        long until = Math.Min(size, segment.WrittenHereFrom);
        var found = new List<RottenRange>();
        (long position, long offset) = (0, segment.BaseOffset);
        while (position < until)
        {
            (long stop, long nextOffset, string? reason) = ReadOn(file, position, until, size, offset);
            segment.Verified.Add(position, stop);
            if (reason is null)
            {
                offset = nextOffset;
                break;
            }
            if (OffsetBehindGap(file, stop, size, nextOffset, endOffset) is { } resumed)
            {
                found.Add(new RottenRange(stop, stop, nextOffset, resumed, "offsets are missing"));
                (position, offset) = (stop, resumed);
                continue;
            }
            BatchPlace? next = BatchSearch.Next(file, stop, size, nextOffset);
            offset = next?.Header.BaseOffset ?? endOffset;
            position = next?.Position ?? size;
            found.Add(new RottenRange(stop, position, nextOffset, offset, reason));
        }
        bool endsEarly = !view.IsActive(index) && !state.MayHaveGaps && offset < endOffset;
        if (endsEarly) found.Add(new RottenRange(size, size, offset, endOffset, "the file ends before its offsets do"));
        return found;
    }

    /// <summary>
    /// The offset of a good batch that lies further on than it should, when what follows bears it out: the CRC does not
    /// cover a batch's offset. Null when the batch itself is at fault.
    /// </summary>
    private static long? OffsetBehindGap(ILogFile file, long position, long size, long expected, long endOffset)
    {
        if (SegmentScan.TryHeader(file, position) is not { } batch || batch.BaseOffset <= expected) return null;
        long next = position + batch.SizeInBytes;
        if (next > size) return null;
        long follows = next == size ? endOffset : SegmentScan.TryHeader(file, next)?.BaseOffset ?? -1;
        return batch.NextOffset == follows ? batch.BaseOffset : null;
    }

    /// <summary>How far the batches are good from a place on, the offset there, and why no further.</summary>
    private (long Stop, long NextOffset, string? Reason) ReadOn(
        ILogFile file, long from, long until, long end, long offset)
    {
        using var reader = new BatchReader(file, from, end);
        while (reader.Position < until)
        {
            long position = reader.Position;
            if (!reader.TryReadNext(out RecordBatch batch)) return (position, offset, "no whole batch");
            string? fault = SegmentScan.Fault(batch, offset, state.Epochs, state.MayHaveGaps);
            if (fault is not null) return (position, offset, fault);
            offset = batch.NextOffset;
        }
        return (reader.Position, offset, null);
    }

    private void Tell(LogSegment segment, RottenRange range) => state.Damages.Add(new LogDamage
    {
        Kind = LogDamageKind.Rotten,
        Path = segment.Paths.Log,
        Position = range.Position,
        What = range.Reason,
        Outcome = "reads of these offsets are refused with CORRUPT_MESSAGE, all else is served",
        Bytes = range.End - range.Position,
        FirstOffset = range.FirstOffset,
        EndOffset = range.EndOffset,
        Remedy = "stop the node and restore the file from a backup or another replica; consumers can seek past it",
    });
}
