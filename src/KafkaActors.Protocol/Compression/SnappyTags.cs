namespace KafkaActors.Protocol.Compression;

/// <summary>
/// The elements of a raw block of snappy, little-endian: after the length of the whole, as a varint, each is a tag with
/// its bytes:
/// <code>
/// tag bits 0-1  length                                             bytes after the tag
///            0  tag / 4 + 1; from 60 on in the next 1 to 4 bytes   those, and the literal itself
///            1  tag / 4 modulo 8, + 4                              1 of the offset it copies from
///            2  tag / 4 + 1                                        2
///            3  tag / 4 + 1                                        4
/// </code>
/// The library stops when it has the length that the block claims; what else stands in the block, other readers refuse.
/// </summary>
internal static class SnappyTags
{
    private const int LastShortLiteral = 59;

    /// <summary>Whether the elements hold this many bytes, and end where the block does.</summary>
    public static bool AddUpTo(ReadOnlySpan<byte> block, int length)
    {
        int position = 0;
        if (!Varint.TryReadUInt32(block, ref position, out _)) return false;
        long sum = 0;
        long at = position;
        while (at < block.Length)
        {
            byte tag = block[(int)at++];
            int count = tag >> 2;
            switch (tag & 3)
            {
                case 0:
                    if (!TryReadLiteral(block, ref at, count, out long literal)) return false;
                    sum += literal;
                    at += literal;
                    break;
                case 1:
                    sum += (count & 7) + 4;
                    at++;
                    break;
                case 2:
                    sum += count + 1;
                    at += sizeof(ushort);
                    break;
                default:
                    sum += count + 1;
                    at += sizeof(uint);
                    break;
            }
        }

        return at == block.Length && sum == length;
    }

    private static bool TryReadLiteral(ReadOnlySpan<byte> block, ref long at, int count, out long length)
    {
        length = count + 1;
        int extra = count - LastShortLiteral;
        if (extra <= 0) return true;
        if (extra > block.Length - at) return false;
        length = 1;
        for (int index = 0; index < extra; index++) length += (long)block[(int)at++] << (8 * index);
        return true;
    }
}
