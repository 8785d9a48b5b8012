using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>What requests carry as bytes: batches of records and what members of groups tell each other.</summary>
internal static class FuzzedRecords
{
    public static IRecords? Batches(Random random)
    {
        switch (random.Next(12))
        {
            case 0: return null;
            case 1: return MemoryRecords.Empty;
            case 2: return new MemoryRecords(Noise(random, random.Next(1, 200)));
            case 3: return new MemoryRecords((byte[])[.. Batch(random), .. Batch(random)]);
            case < 7: return new MemoryRecords(Mutated(Batch(random), random));
            default: return new MemoryRecords(Batch(random));
        }
    }

    /// <summary>
    /// A subscription or an assignment, as members of the consumer protocol write it, or nothing like it.
    /// </summary>
    public static ReadOnlyMemory<byte> Metadata(Random random, IReadOnlyList<string> topics)
    {
        switch (random.Next(6))
        {
            case 0: return ReadOnlyMemory<byte>.Empty;
            case 1: return Noise(random, random.Next(1, 100));
        }

        short version = (short)random.Next(0, 4);
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        if (random.Next(2) == 0) new ConsumerProtocolSubscription { Topics = topics }.Write(writer, version);
        else new ConsumerProtocolAssignment().Write(writer, version);
        byte[] bytes = writer.ToArray();
        return random.Next(5) == 0 ? Mutated(bytes, random) : bytes;
    }

    private static byte[] Batch(Random random) => SampleRequests.Batch(
        [.. Enumerable.Range(0, random.Next(1, 6)).Select(index => new string('x', random.Next(0, 300)))]);

    // In the half of cases with a checksum that is right, so that what was changed is looked at.
    private static byte[] Mutated(byte[] bytes, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(2) == 0 && bytes.Length > RecordBatchLayout.HeaderSize) Checksum(bytes);
        return bytes;
    }

    private static void Checksum(byte[] batch) => System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(
        batch.AsSpan(RecordBatchLayout.Crc),
        Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));

    private static byte[] Noise(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
