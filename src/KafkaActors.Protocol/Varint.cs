using System.Numerics;
using System.Runtime.CompilerServices;

namespace KafkaActors.Protocol;

/// <summary>
/// Kafka's variable-length integers: seven bits a byte, least significant first, the top bit set on all but the last.
/// The signed forms are zigzag-mapped first, as in records (KIP-98); the unsigned one stands in the compact lengths of
/// flexible message versions (KIP-482). Reading never passes the end of the source and refuses a value that does not
/// fit its type; <c>position</c> is advanced only when a value was read.
/// </summary>
public static class Varint
{
    public const int MaxInt32Size = 5;
    public const int MaxInt64Size = 10;

    public static bool TryReadInt32(ReadOnlySpan<byte> source, ref int position, out int value)
    {
        bool read = TryReadUInt32(source, ref position, out uint raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    public static bool TryReadUInt32(ReadOnlySpan<byte> source, ref int position, out uint value)
    {
        // Nearly every length in a record takes one byte or two.
        if (TryReadShort(source, ref position, out value)) return true;
        bool read = TryReadUInt64(source, ref position, MaxInt32Size, 0x0F, out ulong wide);
        value = (uint)wide;
        return read;
    }

    public static bool TryReadInt64(ReadOnlySpan<byte> source, ref int position, out long value)
    {
        ulong raw = 0;
        bool read = TryReadShort(source, ref position, out uint narrow)
            || TryReadUInt64(source, ref position, MaxInt64Size, 0x01, out raw);
        raw |= narrow;
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    /// <summary>Writes a zigzag varint and returns the bytes used, at most <see cref="MaxInt32Size"/>.</summary>
    public static int WriteInt32(Span<byte> destination, int value) => Write(destination, ZigZag(value));

    /// <summary>Writes a zigzag varlong and returns the bytes used, at most <see cref="MaxInt64Size"/>.</summary>
    public static int WriteInt64(Span<byte> destination, long value) => Write(destination, ZigZag(value));

    public static int WriteUInt32(Span<byte> destination, uint value) => Write(destination, value);

    public static int SizeOfInt32(int value) => SizeOf(ZigZag(value));

    public static int SizeOfInt64(long value) => SizeOf(ZigZag(value));

    public static int SizeOfUInt32(uint value) => SizeOf(value);

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    // Seven bits a byte, and zero still takes one: ceil(bits / 7) without a division.
    private static int SizeOf(ulong value) => ((64 + 6 - BitOperations.LeadingZeroCount(value | 1)) * 37) >> 8;

    private static int Write(Span<byte> destination, ulong value)
    {
        int written = 0;
        for (; value >= 0x80; value >>= 7) destination[written++] = (byte)(value | 0x80);
        destination[written++] = (byte)value;
        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadShort(ReadOnlySpan<byte> source, ref int position, out uint value)
    {
        value = 0;
        if ((uint)position >= (uint)source.Length) return false;
        uint first = source[position];
        if (first >= 0x80)
        {
            if ((uint)(position + 1) >= (uint)source.Length || source[position + 1] >= 0x80) return false;
            value = (first & 0x7F) | ((uint)source[position + 1] << 7);
            position += 2;
            return true;
        }

        value = first;
        position++;
        return true;
    }

    private static bool TryReadUInt64(
        ReadOnlySpan<byte> source, ref int position, int maxSize, int lastByteMask, out ulong value)
    {
        value = 0;
        for (int index = 0; index < maxSize; index++)
        {
            if ((uint)(position + index) >= (uint)source.Length) return false;
            byte next = source[position + index];
            if (index == maxSize - 1 && next > lastByteMask) return false;
            value |= (ulong)(next & 0x7F) << (7 * index);
            if (next >= 0x80) continue;
            position += index + 1;
            return true;
        }

        return false;
    }
}
