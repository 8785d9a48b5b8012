using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using KafkaActors.Protocol.Compression;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;
using Snappier;
using ZstdSharp;
using ZstdSharp.Unsafe;
using static KafkaActors.Protocol.Records.RecordBatchLayout;

namespace KafkaActors.Protocol.Tests.Records;

/// <summary>
/// Compressed batches are opened before they are stored, at once or piece by piece, with one outcome.
/// </summary>
public sealed class OpenedBatchTests
{
    private const long Now = 1_700_000_000_000;
    private const int GzipHeaderBytes = 10;

    private static readonly RecordBatchRules Kafkas = new();
    private static readonly CompressionType[] Codecs = [.. Enum.GetValues<CompressionType>().Skip(1)];

    private static IEnumerable<GoldenBatch> Compressed =>
        GoldenBatch.All.Where(golden => golden.CodecNumber != CompressionType.None);

    /// <summary>What other libraries make of the same bytes, as their users may set them.</summary>
    private static IEnumerable<TestCaseData> Encodings => from encoding in AllEncodings()
        select new TestCaseData(encoding.Codec, encoding.Encode).SetArgDisplayNames(encoding.Name);

    [TestCaseSource(nameof(Compressed))]
    public void What_another_implementation_compressed_is_accepted(GoldenBatch golden) =>
        Assert.That(
            Judge(golden.Batch, Kafkas with { TimestampAfterMaxMs = long.MaxValue }),
            Is.EqualTo(RecordBatchVerdict.Accepted));

    [TestCaseSource(nameof(Encodings))]
    public void Every_way_to_write_a_codec_is_accepted_whole_and_refused_cut_or_followed(
        CompressionType codec, Func<byte[], byte[]> encode)
    {
        byte[] plain = Records(400);
        byte[] block = encode(plain);
        Assert.That(Judge(Batch(400, codec, block)), Is.EqualTo(RecordBatchVerdict.Accepted));
        for (int cut = 1; cut < Math.Min(block.Length, 40); cut++)
            Assert.That(Judge(Batch(400, codec, block[..^cut])).Error, Is.EqualTo(ErrorCode.InvalidRecord), $"-{cut}");
        foreach (byte[] more in new byte[][] { [0], [0x1F], [0xFF], [0x1F, 0x8B], [0, 0, 0, 0, 0, 0, 0, 0, 0] })
        {
            string followed = Convert.ToHexString(more);
            Assert.That(
                Judge(Batch(400, codec, [.. block, .. more])).Error, Is.EqualTo(ErrorCode.InvalidRecord), followed);
        }
    }

    [TestCaseSource(nameof(Codecs))]
    public void A_count_that_is_not_that_of_the_records_is_refused(CompressionType codec)
    {
        byte[] block = Compress(codec, Records(10));
        Assert.That(Judge(Batch(10, codec, block)).IsAccepted, Is.True);
        Assert.That(Judge(Batch(9, codec, block)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Judge(Batch(11, codec, block)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Judge(Batch(400, codec, Compress(codec, []))).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [TestCaseSource(nameof(Codecs))]
    public void Offset_deltas_that_leap_or_repeat_are_refused(CompressionType codec)
    {
        byte[] records = Records(3);
        int second = 1 + (records[0] / 2);
        Assert.That(records[second + 3], Is.EqualTo(2), "the offset delta of the second record, zigzag");
        foreach (byte delta in new byte[] { 0, 1, 4, 6 })
        {
            records[second + 3] = delta;
            byte[] batch = Batch(3, codec, Compress(codec, records));
            Assert.That(Judge(batch).Error, Is.EqualTo(ErrorCode.InvalidRecord), $"{delta}");
        }
    }

    [TestCaseSource(nameof(Encodings))]
    public void A_flipped_bit_of_a_block_is_refused_or_changes_no_structure(
        CompressionType codec, Func<byte[], byte[]> encode)
    {
        byte[] block = encode(Records(40));
        for (int position = 0; position < block.Length; position++)
        {
            block[position] ^= 0x10;
            RecordBatchVerdict verdict = Judge(Batch(40, codec, block));
            bool isChecked = encode == Gzip && position >= GzipHeaderBytes;
            if (isChecked) Assert.That(verdict.Error, Is.EqualTo(ErrorCode.InvalidRecord), $"byte {position}");
            block[position] ^= 0x10;
        }
    }

    [TestCase(CompressionType.Gzip, -1)]
    [TestCase(CompressionType.Gzip, -8)]
    [TestCase(CompressionType.Lz4, -1)]
    [TestCase(CompressionType.Zstd, -1)]
    public void A_wrong_checksum_within_the_block_is_refused(CompressionType codec, int position)
    {
        byte[] block = codec switch
        {
            CompressionType.Gzip => Gzip(Records(40)),
            CompressionType.Lz4 => Lz4(Records(40), new LZ4EncoderSettings { ContentChecksum = true }),
            _ => Zstd(Records(40), hasChecksum: true),
        };
        block[^-position] ^= 1;
        Assert.That(Judge(Batch(40, codec, block)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [TestCaseSource(nameof(Codecs))]
    public void Records_larger_than_the_window_are_passed_over(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1 << 24, codec);
        var random = new Random(5);
        byte[] noise = new byte[200_000];
        random.NextBytes(noise);
        RecordHeader[] headers = [new("h", noise.AsMemory(0, 70_000)), new(new string('k', 70_000), null)];
        builder.TryAppend(Now, noise, null, headers);
        builder.TryAppend(Now + 3, noise.AsMemory(0, 10), noise);
        builder.TryAppend(Now + 1, null, noise.AsMemory(0, 65_500), headers);
        byte[] batch = builder.Build();
        RecordBatchRules rules = Kafkas with { MaxMessageBytes = 10_000_000 };
        Assert.That(Judge(batch, rules), Is.EqualTo(RecordBatchVerdict.Accepted));
        RecordBatchVerdict compacted = Judge(batch, rules with { IsCompacted = true });
        Assert.That(compacted.RecordErrors!.Select(error => error.Index), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void A_frame_with_the_window_of_zstds_highest_level_is_opened_piece_by_piece()
    {
        byte[] block = ZstdStream(Records(1_000));
        Assert.That(block[4] & 0x20, Is.Zero, "a window descriptor follows");
        block[5] = (27 - 10) << 3;
        byte[] batch = Batch(1_000, CompressionType.Zstd, block);
        Assert.That(
            RecordBatchValidator.Validate(batch, Kafkas, Now, out _), Is.EqualTo(RecordBatchVerdict.Accepted));
    }

    [TestCaseSource(nameof(Codecs))]
    public void More_than_the_limit_is_too_large_and_never_held(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1 << 27, codec);
        builder.TryAppend(Now, null, new byte[120_000_000]);
        byte[] bomb = builder.Build();
        RecordBatchRules rules = Kafkas with { MaxMessageBytes = 8_000_000, MaxDecompressedBytes = 16_000_000 };
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordBatchVerdict verdict = RecordBatchValidator.Validate(bomb, rules, Now, out _);
        Assert.That(verdict.Error, Is.EqualTo(ErrorCode.MessageTooLarge), verdict.Message);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
        Assert.That(RecordBatchValidator.TryValidateAtOnce(bomb, rules, Now, out _), Is.False);
    }

    [Test]
    public void The_limit_is_never_below_the_greatest_batch()
    {
        byte[] batch = TestBatches.Simple(100, CompressionType.Gzip, Now);
        Assert.That(Judge(batch, Kafkas with { MaxDecompressedBytes = 100 }).Error, Is.EqualTo(ErrorCode.None));
        RecordBatchRules small = Kafkas with { MaxDecompressedBytes = 100, MaxMessageBytes = batch.Length };
        Assert.That(RecordBatchValidator.Validate(batch, small, Now, out _).Error,
            Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [TestCase(CompressionType.None)]
    [TestCase(CompressionType.Lz4)]
    public void Each_bad_record_is_named_and_none_of_the_others(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1 << 20, codec);
        for (int index = 0; index < 100; index++)
            builder.TryAppend(Now, index % 10 == 3 ? default(ReadOnlyMemory<byte>?) : new byte[1], new byte[9]);
        RecordBatchVerdict verdict = Judge(builder.Build(), Kafkas with { IsCompacted = true });
        Assert.That(verdict.Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(verdict.Message, Does.Contain("10 of 100").And.Contain("Record 3"));
        int[] bad = [3, 13, 23, 33, 43, 53, 63, 73, 83, 93];
        Assert.That(verdict.RecordErrors!.Select(error => error.Index), Is.EqualTo(bad));
        Assert.That(verdict.RecordErrors!.Select(error => error.Message), Has.All.Contains("key"));
    }

    [Test]
    public void A_bad_timestamp_among_bad_keys_makes_it_an_invalid_timestamp_and_both_are_named()
    {
        var builder = new RecordBatchBuilder(1 << 20);
        builder.TryAppend(Now, null, new byte[1]);
        builder.TryAppend(Now, new byte[1], new byte[1]);
        builder.TryAppend(Now - 5_000, new byte[1], new byte[1]);
        RecordBatchVerdict verdict = Judge(
            builder.Build(), Kafkas with { IsCompacted = true, TimestampBeforeMaxMs = 1_000 });
        Assert.That(verdict.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(verdict.RecordErrors!.Select(error => error.Index), Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public void Of_very_many_bad_records_a_limited_number_is_named()
    {
        var builder = new RecordBatchBuilder(1 << 20);
        for (int index = 0; index < RecordWalk.MaxRecordErrors + 5; index++) builder.TryAppend(Now, null, null);
        RecordBatchVerdict verdict = Judge(builder.Build(), Kafkas with { IsCompacted = true });
        Assert.That(verdict.RecordErrors, Has.Count.EqualTo(RecordWalk.MaxRecordErrors));
        Assert.That(verdict.Message, Does.StartWith($"{RecordWalk.MaxRecordErrors + 5} of"));
    }

    [Test]
    public void A_timestamp_that_overflows_is_refused_where_timestamps_count()
    {
        byte[] bytes = TestBatches.Simple(3, timestampMs: Now);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(BaseTimestamp), long.MaxValue);
        RecordBatchRules anyTime = Kafkas with { TimestampAfterMaxMs = long.MaxValue };
        RecordBatchVerdict verdict = Judge(Resummed(bytes), anyTime);
        Assert.That(verdict.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(verdict.RecordErrors!.Select(error => error.Index), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(
            Judge(bytes, anyTime with { TimestampType = TimestampType.LogAppendTime }).IsAccepted, Is.True);
    }

    /// <summary>By every way there is, which must agree.</summary>
    private static RecordBatchVerdict Judge(byte[] bytes, RecordBatchRules? rules = null)
    {
        RecordBatchVerdict piecewise = RecordBatchValidator.Validate(bytes, rules ?? Kafkas, Now, out _);
        if (RecordBatchValidator.TryValidateAtOnce(bytes, rules ?? Kafkas, Now, out RecordBatchVerdict atOnce))
        {
            Assert.That(
                (atOnce.Error, atOnce.CorrectedMaxTimestampMs, atOnce.RecordErrors),
                Is.EqualTo((piecewise.Error, piecewise.CorrectedMaxTimestampMs, piecewise.RecordErrors)));
        }

        return piecewise;
    }

    private static byte[] Records(int count) => TestBatches.Simple(count, timestampMs: Now)[HeaderSize..];

    private static byte[] Batch(int count, CompressionType codec, byte[] block)
    {
        byte[] batch = [.. TestBatches.Simple(1, timestampMs: Now)[..HeaderSize], .. block];
        Span<byte> bytes = batch;
        BinaryPrimitives.WriteInt32BigEndian(bytes[BatchLength..], batch.Length - LogOverhead);
        BinaryPrimitives.WriteInt16BigEndian(bytes[Attributes..], (short)codec);
        BinaryPrimitives.WriteInt32BigEndian(bytes[LastOffsetDelta..], count - 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes[RecordCount..], count);
        BinaryPrimitives.WriteInt64BigEndian(bytes[MaxTimestamp..], Now + count - 1);
        return Resummed(batch);
    }

    private static byte[] Resummed(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(Crc), Crc32C.Compute(bytes.AsSpan(Attributes)));
        return bytes;
    }

    private static byte[] Compress(CompressionType codec, byte[] plain)
    {
        using var output = new BoundedBuffer(1 << 24, plain.Length);
        BatchCompression.Compress(codec, plain, output, level: null);
        return output.Written.ToArray();
    }

    private static IEnumerable<(string Name, CompressionType Codec, Func<byte[], byte[]> Encode)> AllEncodings()
    {
        yield return ("gzip, one member", CompressionType.Gzip, Gzip);
        yield return ("gzip, three members", CompressionType.Gzip, plain =>
            [.. Gzip(plain[..100]), .. Gzip([]), .. Gzip(plain[100..])]);
        foreach (bool isChained in new[] { false, true })
        {
            foreach (bool hasChecksums in new[] { false, true })
            {
                var settings = new LZ4EncoderSettings
                {
                    ChainBlocks = isChained, BlockChecksum = hasChecksums, ContentChecksum = hasChecksums,
                };
                yield return ($"lz4, chained {isChained}, checksums {hasChecksums}", CompressionType.Lz4,
                    plain => Lz4(plain, settings));
            }
        }

        yield return ("snappy, one block", CompressionType.Snappy, plain => Snappy.CompressToArray(plain));
        yield return ("snappy, framed", CompressionType.Snappy, plain => Compress(CompressionType.Snappy, plain));
        yield return ("zstd, size known", CompressionType.Zstd, plain => Zstd(plain, hasChecksum: false));
        yield return ("zstd, checksum", CompressionType.Zstd, plain => Zstd(plain, hasChecksum: true));
        yield return ("zstd, size unknown", CompressionType.Zstd, ZstdStream);
        yield return ("zstd, two frames", CompressionType.Zstd, plain =>
            [.. ZstdStream(plain[..100]), .. Zstd(plain[100..], hasChecksum: false)]);
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal)) gzip.Write(plain);
        byte[] member = output.ToArray();
        // The stream writes nothing at all for nothing.
        return member.Length > 0 ? member : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Lz4(byte[] plain, LZ4EncoderSettings settings)
    {
        using var output = new MemoryStream();
        using (LZ4EncoderStream lz4 = LZ4Stream.Encode(output, settings)) lz4.Write(plain);
        return output.ToArray();
    }

    private static byte[] Zstd(byte[] plain, bool hasChecksum)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, hasChecksum ? 1 : 0);
        return compressor.Wrap(plain).ToArray();
    }

    private static byte[] ZstdStream(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var zstd = new CompressionStream(output)) zstd.Write(plain);
        return output.ToArray();
    }
}
