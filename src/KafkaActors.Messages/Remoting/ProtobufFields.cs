using System.Buffers.Binary;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Walks over the fields of one protobuf message without making anything of them. Strict where a parser is not: a field
/// that comes twice, which a parser would merge or replace, breaks it. A field is known by its whole tag, because a
/// parser passes over one whose wire type is not the expected one. So nobody reads another value than was judged.
/// </summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int BytesType = 2;
    private const ulong MostField = 31;
    private const int MostVarintBytes = 10;

    private ReadOnlySpan<byte> _rest = message;
    private uint _seen;

    /// <summary>The field's number times 8, and its wire type.</summary>
    public ulong Tag { get; private set; }

    /// <summary>Of a field that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Of a field that is bytes, a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>What was read is no such message.</summary>
    public bool IsBroken { get; private set; }

    public static ulong NumberTag(int field) => ((ulong)field << 3) | VarintType;

    public static ulong Fixed64Tag(int field) => ((ulong)field << 3) | Fixed64Type;

    public static ulong BytesTag(int field) => ((ulong)field << 3) | BytesType;

    /// <summary>Goes to the next field; false at the end, and where the message is broken.</summary>
    public bool Next()
    {
        if (IsBroken || _rest.IsEmpty) return false;
        IsBroken = !Read();
        return !IsBroken;
    }

    private bool Read()
    {
        if (!TryReadVarint(out ulong tag)) return false;
        Tag = tag;
        ulong field = tag >> 3;
        if (field is 0 or > MostField || (_seen & (1u << (int)field)) != 0) return false;
        _seen |= 1u << (int)field;
        Bytes = default;
        switch ((int)(tag & 7))
        {
            case VarintType:
                return TryReadNumber();
            case Fixed64Type when _rest.Length >= sizeof(ulong):
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[sizeof(ulong)..];
                return true;
            case BytesType:
                return TryReadBytes();
            default:
                return false;
        }
    }

    private bool TryReadNumber()
    {
        bool isRead = TryReadVarint(out ulong number);
        Number = number;
        return isRead;
    }

    private bool TryReadBytes()
    {
        if (!TryReadVarint(out ulong length) || length > (ulong)_rest.Length) return false;
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int index = 0; index < Math.Min(_rest.Length, MostVarintBytes); index++)
        {
            value |= (ulong)(_rest[index] & 0x7F) << (7 * index);
            if ((_rest[index] & 0x80) != 0) continue;
            _rest = _rest[(index + 1)..];
            return true;
        }

        return false;
    }
}
