using System.Runtime.CompilerServices;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Where the fields of one record stand within the records of its batch; the layout stands at
/// <see cref="RecordLayout"/>. The one place that follows a record's lengths: whatever it returns lies within the
/// record, and the record within the source. Lengths of -1 stand for null.
/// </summary>
internal struct RecordFields
{
    public long TimestampDelta;
    public int OffsetDelta;
    public int KeyStart;
    public int KeyLength;
    public int ValueStart;
    public int ValueLength;

    /// <summary>The position of the header count.</summary>
    public int HeadersStart;
    public int HeaderCount;

    /// <summary>
    /// Takes the record at <paramref name="position"/> and moves it to the next one. False: there is none.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, scoped ref int position, out RecordFields fields)
    {
        Unsafe.SkipInit(out fields);
        int at = position;
        if (!Varint.TryReadInt32(source, ref at, out int length)) return false;
        if ((uint)length > (uint)(source.Length - at)) return false;
        ReadOnlySpan<byte> record = source[..(at + length)];
        at += RecordLayout.AttributesSize;
        if (!Varint.TryReadInt64(record, ref at, out fields.TimestampDelta)) return false;
        if (!Varint.TryReadInt32(record, ref at, out fields.OffsetDelta)) return false;
        if (!TryReadField(record, ref at, out fields.KeyStart, out fields.KeyLength)) return false;
        if (!TryReadField(record, ref at, out fields.ValueStart, out fields.ValueLength)) return false;
        fields.HeadersStart = at;
        if (!Varint.TryReadInt32(record, ref at, out fields.HeaderCount)) return false;
        if (fields.HeaderCount != 0 && !TrySkipHeaders(record, ref at, fields.HeaderCount)) return false;
        position = at;
        return at == record.Length;
    }

    private static bool TryReadField(
        ReadOnlySpan<byte> record, scoped ref int position, out int start, out int length)
    {
        bool read = Varint.TryReadInt32(record, ref position, out length);
        start = position;
        if (!read || length < RecordLayout.NullLength || length > record.Length - position) return false;
        position += Math.Max(0, length);
        return true;
    }

    private static bool TrySkipHeaders(ReadOnlySpan<byte> record, scoped ref int position, int count)
    {
        if (count < 0 || count > (record.Length - position) / RecordLayout.MinHeaderSize) return false;
        for (int index = 0; index < count; index++)
        {
            if (!TryReadField(record, ref position, out _, out int keyLength) || keyLength < 0) return false;
            if (!TryReadField(record, ref position, out _, out _)) return false;
        }

        return true;
    }
}
