using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Finds a record of a batch by its time. However much the batch decompresses to, no more than a window of it is held.
/// </summary>
public static class RecordTimes
{
    /// <summary>
    /// The first record from <paramref name="fromOffset"/> on with a timestamp at or after
    /// <paramref name="timestampMs"/>; null when there is none.
    /// </summary>
    /// <exception cref="CorruptRecordException">
    /// Its records cannot be read, or decompress to more than
    /// <see cref="RecordEnumerator.DefaultMaxDecompressedBytes"/>.
    /// </exception>
    public static (long TimestampMs, long Offset)? FirstAtOrAfter(RecordBatch batch, long timestampMs, long fromOffset)
    {
        CompressionType codec = batch.Attributes.Compression;
        if (codec == CompressionType.None)
        {
            var plain = new PlainRecords(batch.RecordBytes.Span);
            return First(batch, ref plain, timestampMs, fromOffset);
        }

        using var block = new DecompressedBlock(
            codec, batch.RecordBytes, RecordEnumerator.DefaultMaxDecompressedBytes);
        var opened = new OpenedRecords(block);
        try
        {
            return First(batch, ref opened, timestampMs, fromOffset);
        }
        finally
        {
            opened.Dispose();
        }
    }

    private static (long TimestampMs, long Offset)? First<TRecords>(
        RecordBatch batch, scoped ref TRecords records, long timestampMs, long fromOffset)
        where TRecords : IRecordSource, allows ref struct
    {
        var origin = RecordBatchOrigin.Of(batch);
        for (int left = batch.RecordCount; left > 0; left--)
        {
            if (!records.TryRead(out RecordFields fields))
                throw new CorruptRecordException($"Batch at offset {origin.BaseOffset}: a record does not fit.");
            long offset = origin.BaseOffset + fields.OffsetDelta;
            long timestamp = origin.AppendTime ?? (origin.BaseTimestamp + fields.TimestampDelta);
            if (timestamp >= timestampMs && offset >= fromOffset) return (timestamp, offset);
        }

        return null;
    }
}
