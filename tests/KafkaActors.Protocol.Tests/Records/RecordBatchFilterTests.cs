using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class RecordBatchFilterTests
{
    private const long Horizon = 1_800_000_000_000;

    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void What_stays_of_a_golden_batch_is_what_it_was(GoldenBatch golden)
    {
        RecordBatch batch = TestBatches.Read(golden.Batch);
        string[] all = TestBatches.Describe(batch);
        var filter = new RecordBatchFilter();
        for (int modulus = 2; modulus <= 3; modulus++)
        {
            Filter(filter, batch, record => record.Offset % modulus == 0);
            Assert.That(filter.Kept + filter.Removed, Is.EqualTo(all.Length));
            RecordBatch filtered = TestBatches.Read(filter.Build(deleteHorizonMs: null));
            Assert.That(TestBatches.Describe(filtered), Is.EqualTo(all.Where((_, index) => index % modulus == 0)));
            CheckHeader(filtered, batch, filter.Kept);
            Assert.That(filtered.BaseTimestamp, Is.EqualTo(batch.BaseTimestamp));
            Assert.That(filtered.Attributes, Is.EqualTo(batch.Attributes));
        }
    }

    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void A_delete_horizon_changes_no_record(GoldenBatch golden)
    {
        RecordBatch batch = TestBatches.Read(golden.Batch);
        var filter = new RecordBatchFilter();
        Filter(filter, batch, record => true);
        byte[] bytes = filter.Build(Horizon).ToArray();
        RecordBatch marked = TestBatches.Read(bytes);
        Assert.That(TestBatches.Describe(marked), Is.EqualTo(TestBatches.Describe(batch)));
        Assert.That((marked.BaseTimestamp, marked.Attributes.HasDeleteHorizon), Is.EqualTo((Horizon, true)));
        Assert.That(marked.Attributes.WithDeleteHorizon(false), Is.EqualTo(batch.Attributes));
        CheckHeader(marked, batch, batch.RecordCount);
        Filter(filter, marked, record => true);
        Assert.That(filter.Build(deleteHorizonMs: null).ToArray(), Is.EqualTo(bytes), "and again");
    }

    [Test]
    public void The_greatest_timestamp_is_that_of_the_records_that_stay([Values] CompressionType codec)
    {
        RecordBatch batch = TestBatches.Read(TestBatches.Simple(5, codec));
        var filter = new RecordBatchFilter();
        Filter(filter, batch, record => record.Offset < 3);
        Assert.That(TestBatches.Read(filter.Build(null)).MaxTimestamp, Is.EqualTo(1_002));
    }

    [Test]
    public void The_append_time_of_a_batch_stays_that_of_all_its_records()
    {
        byte[] bytes = TestBatches.Simple(3);
        RecordBatchPatcher.StampAppendTime(bytes, 9_000);
        var filter = new RecordBatchFilter();
        Filter(filter, TestBatches.Read(bytes), record => record.Offset == 1);
        RecordBatch filtered = TestBatches.Read(filter.Build(Horizon));
        List<RecordView> records = [.. filtered.Records()];
        Assert.That(filtered.MaxTimestamp, Is.EqualTo(9_000));
        Assert.That(records.Select(record => (record.Offset, record.TimestampMs)), Is.EqualTo(new[] { (1L, 9_000L) }));
    }

    [Test]
    public void Tombstones_that_stay_are_told()
    {
        var builder = new RecordBatchBuilder(1024);
        builder.TryAppend(1_000, new byte[] { 1 }, new byte[] { 2 });
        builder.TryAppend(1_000, new byte[] { 1 }, default(ReadOnlyMemory<byte>?));
        RecordBatch batch = TestBatches.Read(builder.Build());
        var filter = new RecordBatchFilter();
        Filter(filter, batch, record => true);
        Assert.That(filter.KeepsTombstones, Is.True);
        Filter(filter, batch, record => record.HasValue);
        Assert.That(filter.KeepsTombstones, Is.False);
    }

    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void An_emptied_batch_keeps_its_offsets_and_its_producers_sequence(GoldenBatch golden)
    {
        RecordBatch batch = TestBatches.Read(golden.Batch);
        RecordBatch empty = TestBatches.Read(RecordBatchFilter.Emptied(batch));
        Assert.That(TestBatches.Describe(empty), Is.Empty);
        Assert.That(empty.SizeInBytes, Is.EqualTo(RecordBatchLayout.HeaderSize));
        Assert.That(empty.Attributes, Is.EqualTo(batch.Attributes.With(CompressionType.None)));
        Assert.That(empty.MaxTimestamp, Is.EqualTo(batch.MaxTimestamp));
        CheckHeader(empty, batch, records: 0);
    }

    [Test]
    public void Records_that_cannot_be_read_are_reported_before_anything_is_built()
    {
        byte[] bytes = TestBatches.Simple(3, CompressionType.Gzip);
        bytes.AsSpan(RecordBatchLayout.HeaderSize, 4).Clear();
        var filter = new RecordBatchFilter();
        Assert.That(
            () => filter.Open(TestBatches.Read(bytes)),
            Throws.TypeOf<CorruptRecordException>());
        Assert.That(() => filter.Build(null), Throws.InvalidOperationException);
    }

    private static void Filter(RecordBatchFilter filter, RecordBatch batch, Func<RecordView, bool> stays)
    {
        filter.Open(batch);
        bool[] all = [.. filter.Records.ToArray().Select(stays)];
        filter.Retain(all);
    }

    private static void CheckHeader(RecordBatch filtered, RecordBatch batch, int records)
    {
        Assert.That(filtered.IsCrcValid(), Is.True);
        Assert.That(filtered.RecordCount, Is.EqualTo(records));
        Assert.That((filtered.BaseOffset, filtered.LastOffset), Is.EqualTo((batch.BaseOffset, batch.LastOffset)));
        Assert.That(filtered.PartitionLeaderEpoch, Is.EqualTo(batch.PartitionLeaderEpoch));
        Assert.That(
            (filtered.ProducerId, filtered.ProducerEpoch, filtered.BaseSequence),
            Is.EqualTo((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence)));
    }
}
