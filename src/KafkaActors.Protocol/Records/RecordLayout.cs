using System.Text;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// One record within a v2 batch (KIP-98); all lengths are zigzag varints, and -1 stands for null.
/// <code>
/// type    name             meaning
/// varint  length           bytes after this field
/// int8    attributes       unused, 0
/// varlong timestamp delta  ms, from the batch's base timestamp
/// varint  offset delta     from the batch's base offset
/// varint  key length       then the key
/// varint  value length     then the value
/// varint  header count     then for each: varint key length, UTF-8 key, varint value length, value
/// </code>
/// </summary>
internal static class RecordLayout
{
    public const int NullLength = -1;
    public const int AttributesSize = sizeof(sbyte);

    /// <summary>Length, attributes, two deltas, two lengths and the header count, each in one byte.</summary>
    public const int MinSize = 7;

    /// <summary>Two lengths, each in one byte.</summary>
    public const int MinHeaderSize = 2;

    /// <summary>The greatest size that all fields but key, value and headers can take.</summary>
    public const int MaxOverhead = AttributesSize + Varint.MaxInt64Size + (5 * Varint.MaxInt32Size);

    public static int SizeOf(ReadOnlyMemory<byte>? field) => field is { } bytes
        ? Varint.SizeOfInt32(bytes.Length) + bytes.Length
        : Varint.SizeOfInt32(NullLength);

    public static int SizeOf(ReadOnlySpan<RecordHeader> headers)
    {
        int size = Varint.SizeOfInt32(headers.Length);
        foreach (RecordHeader header in headers)
        {
            int keySize = Encoding.UTF8.GetByteCount(header.Key);
            size += Varint.SizeOfInt32(keySize) + keySize + SizeOf(header.Value);
        }

        return size;
    }

    /// <summary>Writes length and bytes, and returns the bytes used.</summary>
    public static int Write(Span<byte> destination, ReadOnlyMemory<byte>? field)
    {
        if (field is not { } bytes) return Varint.WriteInt32(destination, NullLength);
        int written = Varint.WriteInt32(destination, bytes.Length);
        bytes.Span.CopyTo(destination[written..]);
        return written + bytes.Length;
    }

    public static int Write(Span<byte> destination, ReadOnlySpan<RecordHeader> headers)
    {
        int written = Varint.WriteInt32(destination, headers.Length);
        foreach (RecordHeader header in headers)
        {
            written += Varint.WriteInt32(destination[written..], Encoding.UTF8.GetByteCount(header.Key));
            written += Encoding.UTF8.GetBytes(header.Key, destination[written..]);
            written += Write(destination[written..], header.Value);
        }

        return written;
    }
}
