using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>Passes over the batches of one segment file. Stateless; all positions are within what is written.</summary>
internal static class SegmentScan
{
    private const int TailBytes = 1024 * 1024;

    /// <summary>
    /// Finds the first batch whose last offset is not below <paramref name="offset"/>, from a place where a batch
    /// begins. Null when the range ends before; a <see cref="CorruptLogException"/> where no batch can begin.
    /// </summary>
    public static BatchPlace? Find(ILogFile file, long from, long end, long offset)
    {
        var walker = new BatchWalker(file, from, end, stackalloc byte[BatchWalker.BufferSize]);
        while (walker.MoveNext())
        {
            if (walker.Current.LastOffset >= offset) return new BatchPlace(walker.Position, walker.Current);
        }
        return walker.IsAtEnd ? null : throw NoBatch(walker.Position);
    }

    /// <summary>
    /// The last batch boundary at or before <paramref name="limit"/>, from a place where a batch begins, and the offset
    /// that follows there.
    /// </summary>
    public static (long Position, long NextOffset) LastBoundary(ILogFile file, long from, long end, long limit)
    {
        (long Position, long NextOffset)? boundary = null;
        var walker = new BatchWalker(file, from, end, stackalloc byte[BatchWalker.BufferSize]);
        while (walker.MoveNext())
        {
            boundary ??= (from, walker.Current.BaseOffset);
            long batchEnd = walker.Position + walker.Current.SizeInBytes;
            if (batchEnd > limit) return boundary.Value;
            boundary = (batchEnd, walker.Current.NextOffset);
        }
        return walker.IsAtEnd && boundary is { } last ? last : throw NoBatch(walker.Position);
    }

    /// <summary>
    /// Makes the indexes of a segment from its batches, each of which must be whole and unbroken outside of the ranges
    /// that are known to be rotten.
    /// </summary>
    public static SegmentIndexes BuildIndexes(
        ILogFile file, SegmentPaths paths, long end, int intervalBytes, RottenRanges rot)
    {
        var indexes = new SegmentIndexes(paths);
        long expected = paths.BaseOffset;
        foreach ((long from, long until) in rot.GoodSpans(0, end))
            expected = AddTo(indexes, file, from, until, intervalBytes, expected);
        return indexes;
    }

    private static long AddTo(
        SegmentIndexes indexes, ILogFile file, long from, long end, int intervalBytes, long expected)
    {
        using var reader = new BatchReader(file, from, end);
        while (reader.TryReadNext(out RecordBatch batch))
        {
            long position = reader.Position - batch.SizeInBytes;
            if (batch.BaseOffset < expected || !batch.IsCrcValid()) throw NoBatch(position);
            if (!BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header)) throw NoBatch(position);
            indexes.Add(header, position, intervalBytes);
            expected = header.NextOffset;
        }
        return reader.IsAtEnd ? expected : throw NoBatch(reader.Position);
    }

    /// <summary>
    /// Checks every batch of a range that begins and ends at batch boundaries.
    /// </summary>
    public static void Verify(ILogFile file, long from, long end, LeaderEpochHistory epochs, bool mayHaveGaps)
    {
        using var reader = new BatchReader(file, from, end);
        long? expected = null;
        while (reader.TryReadNext(out RecordBatch batch))
        {
            Verify(batch, reader.Position - batch.SizeInBytes, expected, epochs, mayHaveGaps);
            expected = batch.NextOffset;
        }
        if (!reader.IsAtEnd) throw NoBatch(reader.Position);
    }

    /// <summary>
    /// Checks one batch: its CRC, that its offset follows (which the CRC does not cover) and the leader epoch that the
    /// log's history knows for it.
    /// </summary>
    public static void Verify(
        RecordBatch batch, long position, long? expected, LeaderEpochHistory epochs, bool mayHaveGaps)
    {
        if (Fault(batch, expected, epochs, mayHaveGaps) is { } fault) throw Corrupt(fault, position);
    }

    /// <summary>The header at a place; null when no batch can begin there.</summary>
    public static BatchHeader? TryHeader(ILogFile file, long position)
    {
        Span<byte> bytes = stackalloc byte[RecordBatchLayout.HeaderSize];
        if (file.Read(bytes, position) < bytes.Length) return null;
        return BatchHeader.TryRead(bytes, out BatchHeader header) ? header : null;
    }

    /// <summary>What is wrong with a batch, or null.</summary>
    public static string? Fault(RecordBatch batch, long? expected, LeaderEpochHistory epochs, bool mayHaveGaps)
    {
        if (!batch.IsCrcValid()) return "bad CRC";
        long next = expected ?? batch.BaseOffset;
        bool follows = mayHaveGaps ? batch.BaseOffset >= next : batch.BaseOffset == next;
        if (!follows) return $"offset {batch.BaseOffset} instead of {next}";
        LeaderEpoch epoch = epochs.EpochAt(batch.BaseOffset) ?? batch.PartitionLeaderEpoch;
        return epoch == batch.PartitionLeaderEpoch
            ? null
            : $"leader epoch {batch.PartitionLeaderEpoch} instead of {epoch}";
    }

    /// <summary>
    /// Looks the greatest timestamp up again after a cut: in the last time entry and the batches behind it.
    /// </summary>
    public static void ObserveMaxTimestamp(ILogFile file, SegmentIndexes indexes, long baseOffset, long end)
    {
        long timestamp = -1, offset = -1, from = 0;
        if (indexes.Times.Last is { } last)
        {
            (timestamp, offset) = (last.Timestamp, baseOffset + last.RelativeOffset);
            from = indexes.Offsets.FloorByOffset(last.RelativeOffset)?.Position ?? 0;
        }
        var walker = new BatchWalker(file, from, end, stackalloc byte[BatchWalker.BufferSize]);
        while (walker.MoveNext())
        {
            if (walker.Current.MaxTimestamp <= timestamp) continue;
            (timestamp, offset) = (walker.Current.MaxTimestamp, walker.Current.LastOffset);
        }
        indexes.Observe(timestamp, offset);
    }

    /// <summary>
    /// Whether indexes just read belong to the segment as it is: the last time entry speaks of a batch that is there,
    /// and no later batch has a greater time. A file that stopped growing early looks like any other, and would hide
    /// the times after its end.
    /// </summary>
    public static bool Fits(ILogFile file, SegmentIndexes indexes, long baseOffset, long end)
    {
        if (indexes.Times.Last is { } last)
        {
            long near = indexes.Offsets.FloorByOffset(last.RelativeOffset)?.Position ?? 0;
            BatchHeader? batch = Find(file, near, end, baseOffset + last.RelativeOffset)?.Header;
            if (batch?.LastOffset != baseOffset + last.RelativeOffset) return false;
            if (batch?.MaxTimestamp != last.Timestamp) return false;
        }
        long from = indexes.Offsets.FloorByPosition(end - TailBytes)?.Position ?? 0;
        var walker = new BatchWalker(file, from, end, stackalloc byte[BatchWalker.BufferSize]);
        while (walker.MoveNext())
        {
            if (walker.Current.MaxTimestamp > indexes.MaxTimestamp) return false;
        }
        return walker.IsAtEnd;
    }

    public static CorruptLogException NoBatch(long position) => Corrupt("no valid batch", position);

    private static CorruptLogException Corrupt(string what, long position) => new($"{what} at position {position}");
}
