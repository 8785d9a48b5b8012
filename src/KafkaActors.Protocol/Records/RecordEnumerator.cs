using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Walks the records of one batch with <c>foreach</c>. An uncompressed batch is read in place; a compressed one is
/// decompressed once, when the enumerator is made, into memory that the records keep alive. A copy walks on its own.
/// Every length is checked before it is followed, and offsets rise within the batch's range: bytes that are no records
/// end in a
/// <see cref="CorruptRecordException"/>, from the constructor or from <see cref="MoveNext"/>, never elsewhere.
/// </summary>
public struct RecordEnumerator
{
    /// <summary>What a batch may grow to when its reader names no limit of its own.</summary>
    public const int DefaultMaxDecompressedBytes = 128 * 1024 * 1024;

    private readonly ReadOnlyMemory<byte> _records;
    private readonly RecordBatchOrigin _origin;
    private int _position;
    private readonly int _maxOffsetDelta;
    private int _remaining;
    private int _lastOffsetDelta = -1;
    private RecordView _current;

    /// <exception cref="CorruptRecordException">
    /// The block cannot be decompressed within the limit, or the count is impossible.
    /// </exception>
    public RecordEnumerator(RecordBatch batch, int maxDecompressedBytes = DefaultMaxDecompressedBytes)
    {
        CompressionType codec = batch.Attributes.Compression;
        _records = codec == CompressionType.None
            ? batch.RecordBytes
            : BatchCompression.Decompress(codec, batch.RecordBytes, maxDecompressedBytes);
        _origin = RecordBatchOrigin.Of(batch);
        _remaining = batch.RecordCount;
        _maxOffsetDelta = batch.LastOffsetDelta;
        if (_remaining < 0 || _remaining > _records.Length / RecordLayout.MinSize)
            throw Corrupt(batch.BaseOffset, $"{_remaining} records cannot stand in {_records.Length} bytes");
    }

    public readonly RecordView Current => _current;

    /// <summary>The records of the batch, decompressed.</summary>
    internal readonly ReadOnlyMemory<byte> Block => _records;

    /// <summary>Where in <see cref="Block"/> the current record ends.</summary>
    internal readonly int Position => _position;

    public readonly RecordEnumerator GetEnumerator() => this;

    /// <exception cref="CorruptRecordException">
    /// The next record does not fit, or bytes are left after the last.
    /// </exception>
    public bool MoveNext()
    {
        if (_remaining == 0)
        {
            if (_position == _records.Length) return false;
            throw Corrupt(_origin.BaseOffset, $"{_records.Length - _position} bytes follow the last record");
        }

        if (!RecordFields.TryRead(_records.Span, ref _position, out RecordFields fields))
            throw Corrupt(_origin.BaseOffset, $"no record stands at byte {_position} of its records");
        // The leader does not open compressed batches: here it shows whether each offset has one record.
        if (fields.OffsetDelta <= _lastOffsetDelta || fields.OffsetDelta > _maxOffsetDelta)
            throw Corrupt(_origin.BaseOffset, $"offset delta {fields.OffsetDelta} follows {_lastOffsetDelta}");
        _lastOffsetDelta = fields.OffsetDelta;
        _remaining--;
        _current = new RecordView(
            _records,
            fields,
            _origin.BaseOffset + fields.OffsetDelta,
            _origin.AppendTime ?? (_origin.BaseTimestamp + fields.TimestampDelta));
        return true;
    }

    private static CorruptRecordException Corrupt(long baseOffset, string reason) =>
        new(ErrorCode.CorruptMessage, $"Batch at offset {baseOffset}: {reason}.");
}
