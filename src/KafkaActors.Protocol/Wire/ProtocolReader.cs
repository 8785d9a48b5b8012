using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// Reads the protocol's types from one frame. Every read is checked against the bytes that remain, and what does not
/// fit is a <see cref="ProtocolViolationException"/>. Nothing is allocated on the word of a length alone: an array's
/// count is checked against the least bytes its elements take, and a message has at most <see cref="MaxElements"/>
/// elements in all, and a request at most <see cref="MostTaggedFields"/> tagged fields, those of its header included.
/// Bytes after a message are nobody's concern: real clients send some.
/// </summary>
public ref struct ProtocolReader(ReadOnlyMemory<byte> frame)
{
    public const int MaxElements = 1_000_000;

    /// <summary>Of a request. A tagged field costs its sender two bytes, and its reader a turn of a loop.</summary>
    public const int MostTaggedFields = 10_000;

    private readonly ReadOnlyMemory<byte> _frame = frame;
    private readonly ReadOnlySpan<byte> _bytes = frame.Span;
    private int _position;
    private int _elements;
    private uint _tags;

    /// <summary>
    /// <see cref="MostTaggedFields"/>; a reader of responses has no such limit, as each partition of one may have its
    /// own.
    /// </summary>
    public uint TagLimit { get; init; } = MostTaggedFields;

    public readonly int Position => _position;

    public readonly int Remaining => _bytes.Length - _position;

    public bool ReadBool() => Take(1)[0] != 0;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    public Guid ReadUuid() => new(Take(TopicId.Size), bigEndian: true);

    public TopicId ReadTopicId() => TopicId.Read(Take(TopicId.Size));

    public ErrorCode ReadErrorCode() => (ErrorCode)ReadInt16();

    public NodeId ReadNodeId() => new(ReadInt32());

    public LeaderEpoch ReadLeaderEpoch() => new(ReadInt32());

    public uint ReadVarint()
    {
        int position = _position;
        if (!Varint.TryReadUInt32(_bytes, ref position, out uint value)) Refuse("a varint that ends or fits nowhere");
        _position = position;
        return value;
    }

    public string ReadString(bool compact) => Decode(RequireLength(ReadStringLength(compact), "string"));

    public string? ReadNullableString(bool compact)
    {
        int length = ReadStringLength(compact);
        return length < 0 ? null : Decode(length);
    }

    /// <summary>A copy, safe to keep.</summary>
    public ReadOnlyMemory<byte> ReadBytes(bool compact) => Copy(RequireLength(ReadLength(compact), "bytes"));

    /// <inheritdoc cref="ReadBytes"/>
    public ReadOnlyMemory<byte>? ReadNullableBytes(bool compact)
    {
        int length = ReadLength(compact);
        // A bare null in a conditional would become an empty memory, by way of a null array.
        if (length < 0) return null;
        return Copy(length);
    }

    /// <summary>A slice of the frame: no longer valid than the frame's buffer is.</summary>
    public MemoryRecords ReadRecords(bool compact) => Slice(RequireLength(ReadLength(compact), "records"));

    /// <inheritdoc cref="ReadRecords"/>
    public MemoryRecords? ReadNullableRecords(bool compact)
    {
        int length = ReadLength(compact);
        return length < 0 ? null : Slice(length);
    }

    /// <summary>The byte before a nullable struct: whether there is one.</summary>
    public bool ReadPresence() => ReadInt8() >= 0;

    /// <summary>The count of an array whose elements take at least so many bytes; -1 is a null array.</summary>
    public int ReadArrayCount(bool compact, bool nullable, int leastElementSize)
    {
        int count = ReadLength(compact);
        if (count < 0 && !nullable) Refuse("a null array where there is none");
        if (count > Remaining / leastElementSize) Refuse($"an array of {count}, more than the frame can hold");
        if (count > MaxElements - _elements) Refuse($"more than {MaxElements} elements");
        _elements += Math.Max(count, 0);
        return count;
    }

    public uint ReadTagCount()
    {
        uint count = ReadVarint();
        if (count == 0) return 0;
        // A tag takes two bytes at least: itself and its size.
        if (count > (uint)Remaining / 2) Refuse($"{count} tagged fields, more than the frame can hold");
        if (count > TagLimit - _tags) Refuse($"more than {TagLimit} tagged fields");
        _tags += count;
        return count;
    }

    /// <summary>Reads a tag and says where the field's bytes end; <see cref="EndTag"/> goes there.</summary>
    public uint BeginTag(out int end)
    {
        uint tag = ReadVarint();
        uint size = ReadVarint();
        if (size > (uint)Remaining) Refuse($"a tagged field of {size} bytes");
        end = _position + (int)size;
        return tag;
    }

    /// <summary>Skips what is left of a tagged field: all of it when the tag is unknown.</summary>
    public void EndTag(int end)
    {
        if (_position > end) Refuse("a tagged field longer than its size");
        _position = end;
    }

    public void SkipTags()
    {
        for (uint left = ReadTagCount(); left > 0; left--)
        {
            BeginTag(out int end);
            EndTag(end);
        }
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > Remaining) Refuse($"{size} bytes are expected and {Remaining} remain");
        ReadOnlySpan<byte> taken = _bytes.Slice(_position, size);
        _position += size;
        return taken;
    }

    // Kafka's limit on a string is the same in both forms.
    private int ReadStringLength(bool compact)
    {
        int length = compact ? ReadLength(compact) : ReadInt16();
        if (length is < -1 or > short.MaxValue) Refuse($"a string of {length} bytes");
        return length;
    }

    // A compact length is one more than the length it stands for, zero for null.
    private int ReadLength(bool compact)
    {
        if (!compact)
        {
            int length = ReadInt32();
            if (length < -1) Refuse($"a length of {length}");
            return length;
        }

        uint raw = ReadVarint();
        if (raw > int.MaxValue) Refuse($"a length of {raw - 1}");
        return (int)raw - 1;
    }

    private readonly int RequireLength(int length, string what)
    {
        if (length < 0) Refuse($"null {what} where null is no value");
        return length;
    }

    // Bytes that are no UTF-8 become a character of three: what was read must not be too long to be written again.
    private string Decode(int length)
    {
        if (length == 0) return "";
        string text = Encoding.UTF8.GetString(Take(length));
        if (length > short.MaxValue / 3 && Encoding.UTF8.GetByteCount(text) > short.MaxValue)
            Refuse($"a string of {length} bytes that is not UTF-8");
        return text;
    }

    private ReadOnlyMemory<byte> Copy(int length) => Take(length).ToArray();

    private MemoryRecords Slice(int length)
    {
        int start = _position;
        Take(length);
        return new MemoryRecords(_frame.Slice(start, length));
    }

    [DoesNotReturn]
    private readonly void Refuse(string what) =>
        throw new ProtocolViolationException($"{what}, at byte {_position} of {_bytes.Length}");
}
