using System.Buffers;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// Finds whole batches behind bytes that are none: what tells a torn end, behind which there is nothing, from damage in
/// the middle, and where reading can go on. Only a batch with a good CRC, an offset that may follow and an end within
/// the file counts.
/// </summary>
internal static class BatchSearch
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>
    /// The next whole batch behind a place, with an offset not below <paramref name="atLeastOffset"/>; null when there
    /// is none up to <paramref name="end"/>.
    /// </summary>
    public static BatchPlace? Next(ILogFile file, long badPosition, long end, long atLeastOffset)
    {
        // A header that is good says where the next batch begins: records that hold batches are not looked into.
        if (SegmentScan.TryHeader(file, badPosition) is { } bad
            && At(file, badPosition + bad.SizeInBytes, end, atLeastOffset) is { } next)
            return next;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            long from = badPosition + 1;
            while (from + RecordBatchLayout.HeaderSize <= end)
            {
                int read = file.Read(chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - from)), from);
                if (read < RecordBatchLayout.HeaderSize) return null;
                if (InChunk(file, chunk.AsSpan(0, read), from, end, atLeastOffset) is { } found) return found;
                from += read - RecordBatchLayout.HeaderSize + 1;
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>
    /// How many records whole batches hold behind a place where none begins, and where the last one's offsets end.
    /// </summary>
    public static (long Records, long EndOffset) Count(ILogFile file, long badPosition, long end, long atLeastOffset)
    {
        BatchPlace? next = Next(file, badPosition, end, atLeastOffset);
        return next is { } place ? CountFrom(file, place.Position, end, atLeastOffset) : (0, atLeastOffset);
    }

    /// <summary>The same from a place on where a batch may begin.</summary>
    public static (long Records, long EndOffset) CountFrom(ILogFile file, long from, long end, long atLeastOffset)
    {
        (long records, long endOffset) = (0, atLeastOffset);
        while (true)
        {
            using var reader = new BatchReader(file, from, end);
            long good = from;
            while (reader.TryReadNext(out RecordBatch batch) && batch.IsCrcValid() && batch.BaseOffset >= endOffset)
            {
                records += Math.Max(0, batch.RecordCount);
                endOffset = batch.NextOffset;
                good = reader.Position;
            }
            if (good >= end || Next(file, good, end, endOffset) is not { } next) return (records, endOffset);
            from = next.Position;
        }
    }

    private static BatchPlace? InChunk(ILogFile file, Span<byte> chunk, long from, long end, long atLeastOffset)
    {
        int last = chunk.Length - RecordBatchLayout.HeaderSize;
        for (int at = 0; at <= last; at++)
        {
            Span<byte> magics = chunk.Slice(at + RecordBatchLayout.Magic, last - at + 1);
            int skip = magics.IndexOf((byte)RecordBatchLayout.CurrentMagic);
            if (skip < 0) return null;
            at += skip;
            bool isCandidate = BatchHeader.TryRead(chunk[at..], out BatchHeader header)
                && IsNear(header, atLeastOffset) && from + at + header.SizeInBytes <= end;
            if (isCandidate && At(file, from + at, end, atLeastOffset) is { } found) return found;
        }
        return null;
    }

    private static BatchPlace? At(ILogFile file, long position, long end, long atLeastOffset)
    {
        if (position >= end) return null;
        using var reader = new BatchReader(file, position, end);
        if (!reader.TryReadNext(out RecordBatch batch) || !batch.IsCrcValid()) return null;
        BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header);
        return IsNear(header, atLeastOffset) ? new BatchPlace(position, header) : null;
    }

    /// <summary>No segment spans more offsets than its indexes can tell.</summary>
    private static bool IsNear(in BatchHeader header, long offset) =>
        header.BaseOffset >= offset && header.BaseOffset - offset <= int.MaxValue;
}
