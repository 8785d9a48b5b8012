namespace KafkaActors.Protocol.Records;

/// <summary>
/// One record as a view over the bytes of its (decompressed) batch; nothing is copied, and the slices stay valid as
/// long as those bytes do. Lengths were checked when it was read.
/// </summary>
public readonly struct RecordView
{
    private readonly ReadOnlyMemory<byte> _records;
    private readonly RecordFields _fields;

    internal RecordView(ReadOnlyMemory<byte> records, in RecordFields fields, long offset, long timestampMs)
    {
        _records = records;
        _fields = fields;
        Offset = offset;
        TimestampMs = timestampMs;
    }

    public long Offset { get; }

    /// <summary>Milliseconds since the epoch: the batch's append time where it has one, else the producer's.</summary>
    public long TimestampMs { get; }

    public int OffsetDelta => _fields.OffsetDelta;

    public int HeaderCount => _fields.HeaderCount;

    public bool HasKey => _fields.KeyLength >= 0;

    public bool HasValue => _fields.ValueLength >= 0;

    // A bare null would become an empty memory: the compiler takes it for a null array, which converts.
    public ReadOnlyMemory<byte>? Key =>
        HasKey ? _records.Slice(_fields.KeyStart, _fields.KeyLength) : default(ReadOnlyMemory<byte>?);

    public ReadOnlyMemory<byte>? Value =>
        HasValue ? _records.Slice(_fields.ValueStart, _fields.ValueLength) : default(ReadOnlyMemory<byte>?);

    /// <summary>The bytes of the key and the value, without lengths; a null counts nothing.</summary>
    public int PayloadSize => Math.Max(0, _fields.KeyLength) + Math.Max(0, _fields.ValueLength);

    /// <summary>The headers in order; each costs its key's string when it is read.</summary>
    public RecordHeaders Headers => new(_records[_fields.HeadersStart..], HeaderCount);
}
