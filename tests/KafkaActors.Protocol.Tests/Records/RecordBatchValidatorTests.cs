using System.Buffers.Binary;
using KafkaActors.Protocol.Records;
using static KafkaActors.Protocol.Records.RecordBatchLayout;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class RecordBatchValidatorTests
{
    private const long Now = 1_700_000_000_000;

    private static readonly RecordBatchRules Kafkas = new();
    private static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();

    [TestCaseSource(nameof(Codecs))]
    public void A_right_batch_is_accepted(CompressionType codec)
    {
        byte[] bytes = TestBatches.Simple(10, codec, Now);
        Assert.That(RecordBatchValidator.Validate(bytes, Kafkas, Now, out RecordBatch batch),
            Is.EqualTo(RecordBatchVerdict.Accepted));
        Assert.That(batch.RecordCount, Is.EqualTo(10));
    }

    [Test]
    public void Each_wrong_header_field_has_its_error()
    {
        Assert.That(AfterWriting(BaseOffset, 5L), Is.EqualTo(ErrorCode.InvalidRecord), "base offset");
        Assert.That(AfterWriting(LastOffsetDelta, 4), Is.EqualTo(ErrorCode.InvalidRecord), "last offset delta");
        Assert.That(AfterWriting(LastOffsetDelta, int.MaxValue), Is.EqualTo(ErrorCode.InvalidRecord), "overflow");
        Assert.That(AfterWriting(RecordCount, 0), Is.EqualTo(ErrorCode.InvalidRecord), "no records");
        Assert.That(AfterWriting(RecordCount, -1), Is.EqualTo(ErrorCode.InvalidRecord), "negative count");
        Assert.That(AfterWriting(RecordCount, int.MinValue), Is.EqualTo(ErrorCode.InvalidRecord), "least count");
        Assert.That(AfterWriting(ProducerId, 1L), Is.EqualTo(ErrorCode.InvalidRecord), "id without a sequence");
        Assert.That(AfterWriting(Attributes, (short)0x20), Is.EqualTo(ErrorCode.InvalidRecord), "control");
        Assert.That(AfterWriting(Attributes, (short)0x10), Is.EqualTo(ErrorCode.InvalidRecord), "transaction, no id");
        Assert.That(AfterWriting(Attributes, (short)0x40), Is.EqualTo(ErrorCode.InvalidRecord), "delete horizon");
        Assert.That(AfterWriting(Attributes, (short)0x08), Is.EqualTo(ErrorCode.InvalidTimestamp), "append time");
        Assert.That(AfterWriting(Attributes, (short)7), Is.EqualTo(ErrorCode.UnsupportedCompressionType), "codec");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void Another_magic_is_an_unsupported_format(byte magic)
    {
        byte[] bytes = TestBatches.Simple(3);
        bytes[Magic] = magic;
        Assert.That(Judge(bytes).Error, Is.EqualTo(ErrorCode.UnsupportedForMessageFormat));
    }

    [Test]
    public void Every_flipped_bit_under_the_CRC_is_corruption()
    {
        byte[] bytes = TestBatches.Simple(2, timestampMs: Now);
        for (int bit = Crc * 8; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(Judge(bytes).Error, Is.EqualTo(ErrorCode.CorruptMessage), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void Nothing_two_batches_and_trailing_bytes_are_refused()
    {
        byte[] one = TestBatches.Simple(2, timestampMs: Now);
        Assert.That(Judge([]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Judge([.. one, .. one]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Judge([.. one, 0]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void A_batch_may_be_as_large_as_the_limit_and_no_larger()
    {
        byte[] bytes = TestBatches.Simple(2, timestampMs: Now);
        Assert.That(Judge(bytes, Kafkas with { MaxMessageBytes = bytes.Length }).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Judge(bytes, Kafkas with { MaxMessageBytes = bytes.Length - 1 }).Error,
            Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [TestCaseSource(nameof(Codecs))]
    public void Timestamps_are_taken_up_to_both_bounds(CompressionType codec)
    {
        RecordBatchRules rules = Kafkas with { TimestampBeforeMaxMs = 1_000, TimestampAfterMaxMs = 2_000 };
        Assert.That(Judge(TestBatches.Simple(1, codec, Now - 1_000), rules).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Judge(TestBatches.Simple(1, codec, Now - 1_001), rules).Error,
            Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(Judge(TestBatches.Simple(3, codec, Now + 1_998), rules).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Judge(TestBatches.Simple(3, codec, Now + 1_999), rules).Error,
            Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(Judge(TestBatches.Simple(1, codec, -1), rules).Error, Is.EqualTo(ErrorCode.None));
        RecordBatchRules appendTime = rules with { TimestampType = TimestampType.LogAppendTime };
        Assert.That(Judge(TestBatches.Simple(3, codec, long.MaxValue - 9), appendTime).IsAccepted, Is.True);
    }

    [Test]
    public void A_record_between_the_first_and_the_greatest_timestamp_is_judged_too()
    {
        var builder = new RecordBatchBuilder(1_000);
        builder.TryAppend(Now, null, new byte[1]);
        builder.TryAppend(Now - 5_000, null, new byte[1]);
        Assert.That(Judge(builder.Build(), Kafkas with { TimestampBeforeMaxMs = 1_000 }).Error,
            Is.EqualTo(ErrorCode.InvalidTimestamp));
    }

    [Test]
    public void A_wrong_greatest_timestamp_is_corrected(
        [ValueSource(nameof(Codecs))] CompressionType codec, [Values(-1, Now, Now + 77, long.MaxValue)] long claimed)
    {
        byte[] bytes = TestBatches.Simple(3, codec, Now);
        RecordBatchPatcher.CorrectMaxTimestamp(bytes, claimed);
        RecordBatchVerdict verdict = Judge(bytes);
        Assert.That(verdict.IsAccepted, Is.True);
        Assert.That(verdict.CorrectedMaxTimestampMs, Is.EqualTo(Now + 2));
        RecordBatchPatcher.CorrectMaxTimestamp(bytes, verdict.CorrectedMaxTimestampMs!.Value);
        Assert.That(Judge(bytes), Is.EqualTo(RecordBatchVerdict.Accepted));
        Assert.That(bytes, Is.EqualTo(TestBatches.Simple(3, codec, Now)));
    }

    [TestCaseSource(nameof(Codecs))]
    public void A_compacted_topic_wants_keys(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1_000, codec);
        builder.TryAppend(Now, ReadOnlyMemory<byte>.Empty, new byte[1]);
        byte[] keyed = builder.Build();
        builder.TryAppend(Now, new byte[1], null);
        builder.TryAppend(Now, null, new byte[1]);
        byte[] unkeyed = builder.Build();
        RecordBatchRules compacted = Kafkas with { IsCompacted = true };
        Assert.That(Judge(keyed, compacted).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Judge(unkeyed, compacted).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Judge(unkeyed).Error, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(0, "length")]
    [TestCase(3, "offset delta")]
    [TestCase(4, "key length")]
    [TestCase(7, "value length")]
    [TestCase(28, "header count")]
    public void Records_that_break_their_structure_are_refused_though_their_CRC_is_right(int position, string field)
    {
        byte[] wrong = TestBatches.Simple(3, timestampMs: Now);
        wrong[HeaderSize + position] += 2;
        Assert.That(Judge(Resummed(wrong)).Error, Is.EqualTo(ErrorCode.InvalidRecord), field);
    }

    [Test]
    public void A_compressed_block_that_is_none_is_refused()
    {
        byte[] bytes = TestBatches.Simple(3, CompressionType.Zstd, Now);
        bytes.AsSpan(HeaderSize).Fill(0xAB);
        Assert.That(Judge(Resummed(bytes)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    private static RecordBatchVerdict Judge(byte[] bytes, RecordBatchRules? rules = null) =>
        RecordBatchValidator.Validate(bytes, rules ?? Kafkas, Now, out _);

    private static ErrorCode AfterWriting(int position, object value)
    {
        byte[] bytes = TestBatches.Simple(3, timestampMs: Now);
        Span<byte> field = bytes.AsSpan(position);
        if (value is short int16) BinaryPrimitives.WriteInt16BigEndian(field, int16);
        if (value is int int32) BinaryPrimitives.WriteInt32BigEndian(field, int32);
        if (value is long int64) BinaryPrimitives.WriteInt64BigEndian(field, int64);
        return Judge(Resummed(bytes)).Error;
    }

    private static byte[] Resummed(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(Crc), Crc32C.Compute(bytes.AsSpan(Attributes)));
        return bytes;
    }
}
