using System.Numerics;

namespace KafkaActors.Protocol;

/// <summary>
/// Carries a CRC-32C register over a fixed number of zero bytes in four look-ups. The register is linear over
/// exclusive-or, so the table holds the result for each value of each of its four bytes.
/// </summary>
internal sealed class Crc32CShift
{
    private const int RegisterBits = 32;
    private const int ByteValues = 256;

    private readonly uint[] _table = new uint[sizeof(uint) * ByteValues];

    /// <param name="byteCount">A multiple of eight.</param>
    public Crc32CShift(int byteCount)
    {
        ByteCount = byteCount;
        Span<uint> ofBit = stackalloc uint[RegisterBits];
        for (int bit = 0; bit < RegisterBits; bit++) ofBit[bit] = OverZeros(1u << bit, byteCount);
        for (int index = 0; index < _table.Length; index++)
        {
            int firstBit = index / ByteValues * 8;
            for (int bit = 0; bit < 8; bit++)
                if ((index & (1 << bit)) != 0) _table[index] ^= ofBit[firstBit + bit];
        }
    }

    public int ByteCount { get; }

    public uint Apply(uint crc)
    {
        ReadOnlySpan<uint> table = _table;
        return table[(int)(crc & 0xFF)]
            ^ table[ByteValues + (int)((crc >> 8) & 0xFF)]
            ^ table[(2 * ByteValues) + (int)((crc >> 16) & 0xFF)]
            ^ table[(3 * ByteValues) + (int)(crc >> 24)];
    }

    private static uint OverZeros(uint crc, int byteCount)
    {
        for (int done = 0; done < byteCount; done += sizeof(ulong)) crc = BitOperations.Crc32C(crc, 0ul);
        return crc;
    }
}
