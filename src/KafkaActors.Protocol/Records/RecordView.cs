namespace KafkaActors.Protocol.Records;

/// <summary>
/// One record as a view over the bytes of its (decompressed) batch; nothing is copied, and the slices stay valid as long
/// as those bytes do. Lengths were checked against the record when it was read.
/// </summary>
public readonly struct RecordView
{
    private readonly ReadOnlyMemory<byte> _record;
    private readonly int _keyStart;
    private readonly int _keyLength;
    private readonly int _valueStart;
    private readonly int _valueLength;

    private RecordView(
        ReadOnlyMemory<byte> record, in RecordBatchOrigin origin, long timestampDelta, int offsetDelta, Fields fields)
    {
        _record = record;
        Offset = origin.BaseOffset + offsetDelta;
        TimestampMs = origin.AppendTime ?? (origin.BaseTimestamp + timestampDelta);
        OffsetDelta = offsetDelta;
        (_keyStart, _keyLength, _valueStart, _valueLength, HeaderCount) = fields;
    }

    public long Offset { get; }

    /// <summary>Milliseconds since the epoch: the batch's append time where it has one, else the producer's.</summary>
    public long TimestampMs { get; }

    public int OffsetDelta { get; }

    public int HeaderCount { get; }

    public bool HasKey => _keyLength >= 0;

    public bool HasValue => _valueLength >= 0;

    // A bare null would become an empty memory: the compiler takes it for a null array, which converts.
    public ReadOnlyMemory<byte>? Key => HasKey ? _record.Slice(_keyStart, _keyLength) : default(ReadOnlyMemory<byte>?);

    public ReadOnlyMemory<byte>? Value =>
        HasValue ? _record.Slice(_valueStart, _valueLength) : default(ReadOnlyMemory<byte>?);

    /// <summary>The bytes of the key and the value, without lengths; a null counts nothing.</summary>
    public int PayloadSize => Math.Max(0, _keyLength) + Math.Max(0, _valueLength);

    /// <summary>The headers in order; each costs its key's string when it is read.</summary>
    public RecordHeaders Headers =>
        new(_record[(HasValue ? _valueStart + _valueLength : _valueStart)..], HeaderCount);

    /// <summary>Takes the record that fills <paramref name="body"/>, its length field already removed.</summary>
    internal static bool TryRead(ReadOnlyMemory<byte> body, in RecordBatchOrigin origin, out RecordView record)
    {
        record = default;
        ReadOnlySpan<byte> source = body.Span;
        int position = RecordLayout.AttributesSize;
        if (!Varint.TryReadInt64(source, ref position, out long timestampDelta)) return false;
        if (!Varint.TryReadInt32(source, ref position, out int offsetDelta)) return false;
        if (!TryReadField(source, ref position, out int keyStart, out int keyLength)) return false;
        if (!TryReadField(source, ref position, out int valueStart, out int valueLength)) return false;
        int headersStart = position;
        if (!Varint.TryReadInt32(source, ref position, out int headerCount)) return false;
        if (headerCount == 0 ? position != source.Length : !TrySkipHeaders(source, position, headerCount)) return false;
        if (valueLength < 0) valueStart = headersStart;
        record = new RecordView(
            body, origin, timestampDelta, offsetDelta, new(keyStart, keyLength, valueStart, valueLength, headerCount));
        return true;
    }

    private static bool TryReadField(ReadOnlySpan<byte> source, ref int position, out int start, out int length)
    {
        bool read = Varint.TryReadInt32(source, ref position, out length);
        start = position;
        if (!read || length < RecordLayout.NullLength || length > source.Length - position) return false;
        if (length > 0) position += length;
        return true;
    }

    private static bool TrySkipHeaders(ReadOnlySpan<byte> source, int position, int count)
    {
        if (count < 0 || count > (source.Length - position) / RecordLayout.MinHeaderSize) return false;
        for (int index = 0; index < count; index++)
        {
            if (!TryReadField(source, ref position, out _, out int keyLength) || keyLength < 0) return false;
            if (!TryReadField(source, ref position, out _, out _)) return false;
        }

        return position == source.Length;
    }

    private readonly record struct Fields(
        int KeyStart, int KeyLength, int ValueStart, int ValueLength, int HeaderCount);
}
