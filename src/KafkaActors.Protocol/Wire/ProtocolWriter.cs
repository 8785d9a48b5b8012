using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// Writes the protocol's types into one pooled buffer that grows. Records are not copied into it: where they belong a
/// <see cref="RecordsGap"/> is noted, which whoever sends the buffer fills from where the records are. The writer owns
/// its buffer; nothing of it may be used after <see cref="Dispose"/> or <see cref="Clear"/>.
/// </summary>
public sealed class ProtocolWriter : IDisposable
{
    /// <summary>UTF-16 units of an error message, the mark of a cut included.</summary>
    public const int MaxErrorTextLength = 2048;

    private const int InitialCapacity = 512;

    /// <summary>Larger buffers are rare, and the pool would keep many: they are left to the collector.</summary>
    private const int MaxPooledBytes = 1024 * 1024;
    private const string CutMark = "...";

    private readonly List<RecordsGap> _gaps = [];
    private byte[] _buffer;
    private int _length;
    private long _gapBytes;

    public ProtocolWriter(int capacity = InitialCapacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The bytes in the buffer, without the records in the gaps.</summary>
    public int Length => _length;

    /// <summary>The bytes that will be sent.</summary>
    public long TotalLength => _length + _gapBytes;

    /// <summary>In the order of their positions.</summary>
    public IReadOnlyList<RecordsGap> Gaps => _gaps;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>The fault of a field that is null in a version that has no null for it.</summary>
    public static InvalidOperationException NullNotAllowed(string field, short version) =>
        new($"{field} is null, which version {version} has no way to say");

    public void WriteBool(bool value) => Append(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Append(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Append(sizeof(short)), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Append(sizeof(ushort)), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Append(sizeof(int)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Append(sizeof(uint)), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Append(sizeof(long)), value);

    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Append(sizeof(double)), value);

    public void WriteUuid(Guid value) => value.TryWriteBytes(Append(TopicId.Size), bigEndian: true, out _);

    public void WriteTopicId(TopicId value) => value.Write(Append(TopicId.Size));

    public void WriteErrorCode(ErrorCode value) => WriteInt16((short)value);

    public void WriteNodeId(NodeId value) => WriteInt32(value.Value);

    public void WriteLeaderEpoch(LeaderEpoch value) => WriteInt32(value.Value);

    public void WriteVarint(uint value)
    {
        Reserve(Varint.MaxInt32Size);
        _length += Varint.WriteUInt32(_buffer.AsSpan(_length), value);
    }

    public void WriteString(string value, bool compact)
    {
        int size = Encoding.UTF8.GetByteCount(value);
        if (size > short.MaxValue) throw new InvalidOperationException($"a string of {size} bytes is too long to send");
        if (compact) WriteLength(size, compact);
        else WriteInt16((short)size);
        Encoding.UTF8.GetBytes(value, Append(size));
    }

    public void WriteNullableString(string? value, bool compact)
    {
        if (value is not null) WriteString(value, compact);
        else if (compact) WriteLength(-1, compact);
        else WriteInt16(-1);
    }

    /// <summary>
    /// Writes a text for people. Error messages quote names that a client chose: they are cut where nobody reads on, so
    /// that no name makes the response about it too long to write, nor a thousand of them a response of megabytes.
    /// </summary>
    public void WriteNullableErrorText(string? value, bool compact) =>
        WriteNullableString(value?.Length > MaxErrorTextLength ? Cut(value) : value, compact);

    public void WriteBytes(ReadOnlyMemory<byte> value, bool compact)
    {
        WriteLength(value.Length, compact);
        value.Span.CopyTo(Append(value.Length));
    }

    public void WriteNullableBytes(ReadOnlyMemory<byte>? value, bool compact)
    {
        if (value is { } bytes) WriteBytes(bytes, compact);
        else WriteLength(-1, compact);
    }

    /// <summary>Writes the length of records and notes the gap where they belong.</summary>
    public void WriteRecords(IRecords records, bool compact)
    {
        int size = records.SizeInBytes;
        WriteLength(size, compact);
        if (size == 0) return;
        _gaps.Add(new RecordsGap(_length, records));
        _gapBytes += size;
    }

    public void WriteNullableRecords(IRecords? records, bool compact)
    {
        if (records is not null) WriteRecords(records, compact);
        else WriteLength(-1, compact);
    }

    /// <summary>The byte before a nullable struct: 1 when it follows, -1 when it is null.</summary>
    public void WritePresence(bool present) => WriteInt8(present ? (sbyte)1 : (sbyte)-1);

    /// <summary>The count of an array, -1 for a null one.</summary>
    public void WriteArrayCount(int count, bool compact) => WriteLength(count, compact);

    public void WriteTagCount(uint count) => WriteVarint(count);

    public void WriteNoTags() => WriteTagCount(0);

    /// <summary>Starts a tagged field; what is written until <see cref="EndTag"/> is its value.</summary>
    public int BeginTag(uint tag)
    {
        WriteVarint(tag);
        Append(1);
        return _length;
    }

    /// <summary>Writes the size before the value that started at <paramref name="start"/>.</summary>
    public void EndTag(int start)
    {
        uint size = (uint)(_length - start);
        int sizeOfSize = Varint.SizeOfUInt32(size);
        // One byte was left for it, which is nearly always enough; otherwise the value moves up.
        if (sizeOfSize > 1)
        {
            Append(sizeOfSize - 1);
            _buffer.AsSpan(start, (int)size).CopyTo(_buffer.AsSpan(start + sizeOfSize - 1));
        }

        Varint.WriteUInt32(_buffer.AsSpan(start - 1), size);
    }

    /// <summary>Leaves room for a frame's length; <see cref="EndFrame"/> fills it in.</summary>
    public int BeginFrame()
    {
        Append(sizeof(int));
        return _length;
    }

    /// <summary>Ends the frame that started at <paramref name="start"/>, the records in its gaps included.</summary>
    public void EndFrame(int start)
    {
        long records = 0;
        for (int index = _gaps.Count - 1; index >= 0 && _gaps[index].Position > start; index--)
            records += _gaps[index].Records.SizeInBytes;
        PatchInt32(start - sizeof(int), checked((int)(_length - start + records)));
    }

    public void PatchInt32(int position, int value) =>
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(0, _length).Slice(position, sizeof(int)), value);

    /// <summary>Everything in one array, the gaps filled by copying.</summary>
    public byte[] ToArray()
    {
        byte[] all = new byte[TotalLength];
        int from = 0, to = 0;
        foreach ((int position, IRecords records) in _gaps)
        {
            _buffer.AsSpan(from..position).CopyTo(all.AsSpan(to));
            to += position - from;
            from = position;
            records.CopyTo(0, all.AsSpan(to, records.SizeInBytes));
            to += records.SizeInBytes;
        }

        _buffer.AsSpan(from.._length).CopyTo(all.AsSpan(to));
        return all;
    }

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear()
    {
        _length = 0;
        _gapBytes = 0;
        _gaps.Clear();
    }

    /// <summary>Forgets what follows the first <paramref name="length"/> bytes: a message without an end.</summary>
    public void Rewind(int length)
    {
        int gaps = _gaps.Count;
        // A gap at the very end belongs to what stays.
        while (gaps > 0 && _gaps[gaps - 1].Position > length) _gapBytes -= _gaps[--gaps].Records.SizeInBytes;
        _gaps.RemoveRange(gaps, _gaps.Count - gaps);
        _length = length;
    }

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        Return(buffer);
        Clear();
    }

    private void WriteLength(int length, bool compact)
    {
        if (compact) WriteVarint((uint)(length + 1));
        else WriteInt32(length);
    }

    private Span<byte> Append(int size)
    {
        Reserve(size);
        Span<byte> appended = _buffer.AsSpan(_length, size);
        _length += size;
        return appended;
    }

    private void Reserve(int size)
    {
        if (size > _buffer.Length - _length) Grow(size);
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_buffer.Length * 2, _length + size)));
        WrittenMemory.CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= MaxPooledBytes) ArrayPool<byte>.Shared.Return(buffer);
    }

    private static string Cut(string text)
    {
        int length = MaxErrorTextLength - CutMark.Length;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return string.Concat(text.AsSpan(0, length), CutMark);
    }
}
