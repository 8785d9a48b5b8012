using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaActors.Protocol;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720), on the processor's own instruction where there is one. That instruction takes three
/// cycles but can start every cycle, so three stretches of the source are summed side by side and then joined: the
/// sum of a stretch is carried over the length of the next one by <see cref="Crc32CShift"/>.
/// </summary>
public static class Crc32C
{
    private const int Lanes = 3;

    // Long stretches make joins rare; short ones speed up what is left, and batches of one record.
    private static readonly Crc32CShift LongStretch = new(170 * sizeof(ulong));
    private static readonly Crc32CShift ShortStretch = new(22 * sizeof(ulong));

    public static uint Compute(ReadOnlySpan<byte> source)
    {
        uint crc = uint.MaxValue;
        if (BitConverter.IsLittleEndian)
        {
            source = Interleaved(ref crc, source, LongStretch);
            source = Interleaved(ref crc, source, ShortStretch);
        }

        return ~OneByOne(crc, source);
    }

    /// <summary>The reference: what <see cref="Compute"/> must equal for every source.</summary>
    internal static uint ComputeOneByOne(ReadOnlySpan<byte> source) => ~OneByOne(uint.MaxValue, source);

    private static uint OneByOne(uint crc, ReadOnlySpan<byte> source)
    {
        for (; source.Length >= sizeof(ulong); source = source[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(source));
        foreach (byte value in source) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }

    private static ReadOnlySpan<byte> Interleaved(
        scoped ref uint crc, ReadOnlySpan<byte> source, Crc32CShift stretch)
    {
        int length = stretch.ByteCount;
        for (; source.Length >= Lanes * length; source = source[(Lanes * length)..])
        {
            (uint first, uint second, uint third) = Sum(crc, source[..(Lanes * length)], length);
            crc = stretch.Apply(stretch.Apply(first) ^ second) ^ third;
        }

        return source;
    }

    private static (uint First, uint Second, uint Third) Sum(uint crc, ReadOnlySpan<byte> source, int length)
    {
        // References instead of spans: three bounds checks a round would cost as much as the sums.
        ref byte first = ref MemoryMarshal.GetReference(source);
        ref byte second = ref Unsafe.Add(ref first, length);
        ref byte third = ref Unsafe.Add(ref second, length);
        (uint a, uint b, uint c) = (crc, 0, 0);
        for (nint at = 0; at < length; at += sizeof(ulong))
        {
            a = BitOperations.Crc32C(a, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)));
            b = BitOperations.Crc32C(b, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref second, at)));
            c = BitOperations.Crc32C(c, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref third, at)));
        }

        return (a, b, c);
    }
}
