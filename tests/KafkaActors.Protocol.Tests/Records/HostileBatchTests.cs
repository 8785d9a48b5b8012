using System.Buffers.Binary;
using KafkaActors.Protocol.Compression;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests.Records;

/// <summary>
/// Bytes that no producer wrote end in an answer or a <see cref="CorruptRecordException"/>, within bounds.
/// </summary>
public sealed class HostileBatchTests
{
    private const int Limit = 1 << 20;

    private static IEnumerable<GoldenBatch> SmallGoldens => GoldenBatch.All.Where(g => g.Batch.Length < 2_000);

    [TestCaseSource(nameof(SmallGoldens))]
    public void Every_truncation_of_the_records_is_survived(GoldenBatch golden)
    {
        for (int length = RecordBatchLayout.HeaderSize; length < golden.Batch.Length; length++)
        {
            byte[] cut = golden.Batch[..length];
            BinaryPrimitives.WriteInt32BigEndian(
                cut.AsSpan(RecordBatchLayout.BatchLength), length - RecordBatchLayout.LogOverhead);
            Assert.That(() => Survive(cut), Is.Not.EqualTo(golden.Records.Count), $"{length} bytes");
        }
    }

    [TestCaseSource(nameof(SmallGoldens))]
    public void Random_mutations_are_survived(GoldenBatch golden)
    {
        var random = new Random(golden.Batch.Length);
        for (int round = 0; round < 400; round++)
        {
            byte[] wrong = [.. golden.Batch];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
                wrong[random.Next(RecordBatchLayout.Attributes, wrong.Length)] = (byte)random.Next(256);
            Survive(wrong);
        }
    }

    [Test]
    public void Random_bytes_behind_a_header_are_survived([Values] CompressionType codec)
    {
        var random = new Random(7);
        for (int round = 0; round < 1_000; round++)
        {
            byte[] wrong = TestBatches.Simple(5, codec);
            random.NextBytes(wrong.AsSpan(RecordBatchLayout.HeaderSize));
            Survive(wrong);
        }
    }

    [TestCase(CompressionType.Gzip)]
    [TestCase(CompressionType.Snappy)]
    [TestCase(CompressionType.Lz4)]
    [TestCase(CompressionType.Zstd)]
    public void A_bomb_stops_at_the_limit(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1 << 26, codec);
        builder.TryAppend(1, null, new byte[40_000_000]);
        RecordBatch bomb = TestBatches.Read(builder.Build());
        Assert.That(bomb.SizeInBytes, Is.LessThan(2_500_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => bomb.Records(Limit),
            Throws.TypeOf<CorruptRecordException>().With.Property("Error").EqualTo(ErrorCode.RecordListTooLarge));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(5 * Limit));
        Assert.That(() => bomb.Records(41_000_000), Throws.Nothing);
    }

    [Test]
    public void A_zstd_frame_that_asks_for_a_huge_window_gets_none()
    {
        // Magic, a header without content size, window log 10 + 16 = 64 MiB, and one last raw block of one byte.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 16 << 3, 0x09, 0x00, 0x00, 0x41];
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlyMemory<byte> read = BatchCompression.Decompress(CompressionType.Zstd, frame, Limit);
        Assert.That(read.ToArray(), Is.EqualTo("A"u8.ToArray()));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(5 * Limit));
    }

    [Test]
    public void A_snappy_block_is_not_believed_what_it_claims_to_hold()
    {
        byte[] block = [0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x41];
        Assert.That(() => BatchCompression.Decompress(CompressionType.Snappy, block, int.MaxValue),
            Throws.TypeOf<CorruptRecordException>().With.Property("Error").EqualTo(ErrorCode.CorruptMessage));
    }

    [Test]
    public void An_unknown_codec_is_named_unsupported() =>
        Assert.That(() => BatchCompression.Decompress((CompressionType)5, new byte[9], Limit),
            Throws.TypeOf<CorruptRecordException>()
                .With.Property("Error").EqualTo(ErrorCode.UnsupportedCompressionType));

    [Test]
    public void A_count_that_the_bytes_cannot_hold_is_refused_before_the_first_record()
    {
        byte[] wrong = TestBatches.Simple(3);
        BinaryPrimitives.WriteInt32BigEndian(wrong.AsSpan(RecordBatchLayout.RecordCount), int.MaxValue);
        Assert.That(() => TestBatches.Read(wrong).Records(), Throws.TypeOf<CorruptRecordException>());
    }

    [TestCase(CompressionType.None)]
    [TestCase(CompressionType.Lz4)]
    public void Two_records_at_one_offset_are_refused_by_the_reader(CompressionType codec)
    {
        byte[] records = TestBatches.Simple(2)[RecordBatchLayout.HeaderSize..];
        int second = 1 + (records[0] / 2);
        Assert.That(records[second + 3], Is.EqualTo(2));
        records[second + 3] = 0;
        using var output = new BoundedBuffer(Limit, records.Length);
        if (codec == CompressionType.None) output.Write(records);
        else BatchCompression.Compress(codec, records, output, level: null);

        byte[] wrong = [.. TestBatches.Simple(2)[..RecordBatchLayout.HeaderSize], .. output.Written];
        wrong[RecordBatchLayout.Attributes + 1] = (byte)codec;
        BinaryPrimitives.WriteInt32BigEndian(
            wrong.AsSpan(RecordBatchLayout.BatchLength), wrong.Length - RecordBatchLayout.LogOverhead);
        Assert.That(Survive(wrong), Is.EqualTo(-1));
    }

    /// <summary>The records found, or -1 when the batch was refused.</summary>
    private static int Survive(byte[] bytes)
    {
        RecordBatchValidator.Validate(bytes, new RecordBatchRules { IsCompacted = true }, nowMs: 1_000, out _);
        try
        {
            int found = 0;
            foreach (RecordView record in TestBatches.Read(bytes).Records(Limit))
            {
                _ = (record.Key, record.Value, record.PayloadSize, record.Headers.ToArray());
                found++;
            }

            return found;
        }
        catch (CorruptRecordException)
        {
            return -1;
        }
    }
}
