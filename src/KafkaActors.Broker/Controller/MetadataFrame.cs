using System.Buffers.Binary;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// What the files of a metadata log are made of; big-endian:
/// <code>
/// position bytes type   name    meaning
///        0     4 int32  length  of the body, at least 1
///        4     4 uint32 crc     CRC-32C of the body
///        8       bytes  body
/// </code>
/// </summary>
internal static class MetadataFrame
{
    public const int HeaderSize = sizeof(int) + sizeof(uint);

    public static byte[] Of(ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[HeaderSize + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Crc32C.Compute(body));
        body.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>
    /// The body of the frame that the bytes begin with; false when they begin with none that is whole.
    /// </summary>
    public static bool TryTake(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (source.Length < HeaderSize) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(source);
        if (length < 1 || length > source.Length - HeaderSize) return false;
        body = source.Slice(HeaderSize, length);
        return Crc32C.Compute(body) == BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
    }

    /// <summary>Whether the bytes are the beginning of a frame that ends behind them, as a torn write leaves.</summary>
    public static bool IsTorn(ReadOnlySpan<byte> source) => source.Length < HeaderSize
        || BinaryPrimitives.ReadInt32BigEndian(source) > source.Length - HeaderSize;
}
