using System.Buffers.Binary;
using System.Numerics;

namespace KafkaActors.Protocol;

/// <summary>CRC-32C (Castagnoli, RFC 3720), on the processor's own instruction where there is one.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> source)
    {
        uint crc = uint.MaxValue;
        for (; source.Length >= sizeof(ulong); source = source[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(source));
        foreach (byte value in source) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
