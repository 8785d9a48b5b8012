using System.Buffers.Binary;

namespace KafkaActors.Protocol;

/// <summary>
/// The 32-bit MurmurHash2 by which Kafka's default partitioner places keys, with Kafka's seed: the same key goes to the
/// same partition from every client.
/// </summary>
public static class Murmur2
{
    private const uint Seed = 0x9747B28C;
    private const uint Multiplier = 0x5BD1E995;
    private const int Shift = 24;

    public static int Hash(ReadOnlySpan<byte> key)
    {
        uint hash = Seed ^ (uint)key.Length;
        for (; key.Length >= sizeof(uint); key = key[sizeof(uint)..])
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(key) * Multiplier;
            word = (word ^ (word >> Shift)) * Multiplier;
            hash = (hash * Multiplier) ^ word;
        }

        if (!key.IsEmpty)
        {
            for (int index = 0; index < key.Length; index++) hash ^= (uint)key[index] << (8 * index);
            hash *= Multiplier;
        }

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return (int)(hash ^ (hash >> 15));
    }

    /// <summary>
    /// The partition of a key, from 0 to <paramref name="partitionCount"/> exclusive: the sign bit is dropped, not
    /// negated.
    /// </summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) =>
        (Hash(key) & int.MaxValue) % partitionCount;
}
