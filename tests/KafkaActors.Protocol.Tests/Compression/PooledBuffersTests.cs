using System.Buffers;
using K4os.Compression.LZ4.Streams;
using KafkaActors.Protocol.Compression;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Compression;

/// <summary>
/// Buffers of the shared pool that a codec's library takes must come back once, whatever breaks: one that comes back
/// twice is soon used by two connections at the same time.
/// </summary>
public sealed class PooledBuffersTests
{
    private const int Seed = 20_261_130;
    private const int Rounds = 3_000;
    private const int MaxBytes = 1_000_000;

    [TestCase(CompressionType.Gzip)]
    [TestCase(CompressionType.Snappy)]
    [TestCase(CompressionType.Lz4)]
    [TestCase(CompressionType.Zstd)]
    public void No_broken_block_gives_a_buffer_back_twice(CompressionType type)
    {
        using BoundedBuffer output = new(MaxBytes, 1_000);
        BatchCompression.Compress(type, Plain(), output, level: null);
        AssertEachBufferIsThereOnce(type, output.Written.ToArray());
    }

    [Test]
    public void Nor_does_a_broken_lz4_frame_with_every_checksum_and_chained_blocks()
    {
        ArrayBufferWriter<byte> output = new();
        LZ4Frame.Encode(Plain(), output, new LZ4EncoderSettings
        {
            BlockSize = 64 * 1024, ChainBlocks = true, BlockChecksum = true, ContentChecksum = true,
        });
        AssertEachBufferIsThereOnce(CompressionType.Lz4, output.WrittenSpan.ToArray());
    }

    private static byte[] Plain()
    {
        byte[] plain = new byte[200_000];
        new Random(Seed).NextBytes(plain.AsSpan(0, 50_000));
        return plain;
    }

    private static void AssertEachBufferIsThereOnce(CompressionType type, byte[] whole)
    {
        Random random = new(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            Read(type, Broken(whole, random));
            if (round % 100 == 0) AssertEachBufferIsThereOnce();
        }

        AssertEachBufferIsThereOnce();
    }

    private static void Read(CompressionType type, byte[] source)
    {
        byte[] piece = new byte[10_000];
        try
        {
            using DecompressedBlock block = new(type, source, MaxBytes);
            while (block.Read(piece) > 0)
            {
            }
        }
        catch (CorruptRecordException)
        {
            // As it should be.
        }
    }

    private static byte[] Broken(byte[] whole, Random random)
    {
        byte[] broken = whole[..random.Next(1, whole.Length + 1)];
        for (int change = random.Next(3); change > 0; change--)
        {
            int among = random.Next(2) == 0 ? Math.Min(broken.Length, 32) : broken.Length;
            broken[random.Next(among)] = (byte)random.Next(256);
        }

        return broken;
    }

    private static void AssertEachBufferIsThereOnce()
    {
        for (int size = 16; size <= 8 * 1024 * 1024; size *= 2)
        {
            List<byte[]> rented = [];
            HashSet<byte[]> different = new(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < 40; i++) rented.Add(ArrayPool<byte>.Shared.Rent(size));
            foreach (byte[] array in rented) Assert.That(different.Add(array), Is.True, $"{size} bytes twice");
            foreach (byte[] array in rented) ArrayPool<byte>.Shared.Return(array);
        }
    }
}
