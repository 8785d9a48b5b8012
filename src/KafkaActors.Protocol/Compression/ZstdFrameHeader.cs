using System.Buffers.Binary;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// The header of a zstd frame (RFC 8878), little-endian, as far as it says how much the frame holds:
/// <code>
/// bytes type   name                meaning
///     4 uint32 magic               FD2FB528
///     1 uint8  descriptor          0-1 size of the dictionary id, 5 single segment, 6-7 size of the content size
///   0-1 uint8  window descriptor   absent from a single segment
///   0-4        dictionary id
///   0-8        content size        2 bytes: less 256
/// </code>
/// </summary>
internal static class ZstdFrameHeader
{
    private const uint Magic = 0xFD2FB528;
    private const int DescriptorPosition = sizeof(uint);
    private const int TwoByteBase = 256;

    /// <summary>What the first frame of a source says it holds; null where it does not say, or is none.</summary>
    public static ulong? ContentSize(ReadOnlySpan<byte> source)
    {
        if (source.Length <= DescriptorPosition) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic) return null;
        byte descriptor = source[DescriptorPosition];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int dictionaryIdSize = (descriptor & 0x03) == 3 ? 4 : descriptor & 0x03;
        int position = DescriptorPosition + 1 + (isSingleSegment ? 0 : 1) + dictionaryIdSize;
        int size = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        if (size == 0 || source.Length - position < size) return null;
        ReadOnlySpan<byte> field = source[position..];
        return size switch
        {
            1 => field[0],
            2 => (ulong)BinaryPrimitives.ReadUInt16LittleEndian(field) + TwoByteBase,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(field),
        };
    }
}
