using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class RecordTimesTests
{
    private const long First = 1_000;

    [Test]
    public void The_first_record_at_or_after_a_time_and_an_offset_is_found([Values] CompressionType codec)
    {
        RecordBatch batch = TestBatches.Read(TestBatches.Simple(10, codec, First));
        Assert.That(RecordTimes.FirstAtOrAfter(batch, First + 4, 0), Is.EqualTo((First + 4, 4L)));
        Assert.That(RecordTimes.FirstAtOrAfter(batch, 0, 0), Is.EqualTo((First, 0L)));
        Assert.That(RecordTimes.FirstAtOrAfter(batch, First + 4, 7), Is.EqualTo((First + 7, 7L)));
        Assert.That(RecordTimes.FirstAtOrAfter(batch, First + 10, 0), Is.Null);
    }

    [Test]
    public void A_batch_that_was_stamped_on_append_has_one_time_for_all([Values] CompressionType codec)
    {
        byte[] bytes = TestBatches.Simple(10, codec, First);
        RecordBatchPatcher.StampAppendTime(bytes, 5_000);
        Assert.That(RecordTimes.FirstAtOrAfter(TestBatches.Read(bytes), 2_000, 3), Is.EqualTo((5_000L, 3L)));
    }

    [Test]
    public void Of_a_batch_that_decompresses_to_much_little_is_held()
    {
        var builder = new RecordBatchBuilder(1 << 26, CompressionType.Zstd);
        builder.TryAppend(First, null, new byte[40_000_000]);
        builder.TryAppend(First + 1, null, new byte[1]);
        RecordBatch batch = TestBatches.Read(builder.Build());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(RecordTimes.FirstAtOrAfter(batch, First + 1, 0), Is.EqualTo((First + 1, 1L)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Records_that_cannot_be_read_are_said_to_be_corrupt()
    {
        byte[] bytes = TestBatches.Simple(3, CompressionType.Lz4, First);
        bytes.AsSpan(RecordBatchLayout.HeaderSize).Fill(0xAB);
        Assert.That(() => RecordTimes.FirstAtOrAfter(TestBatches.Read(bytes), 0, 0),
            Throws.TypeOf<CorruptRecordException>());
    }
}
