using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class GoldenBatchTests
{
    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void A_golden_batch_is_read_as_it_was_written(GoldenBatch golden)
    {
        RecordBatch batch = TestBatches.Read(golden.Batch);
        Assert.That(batch.IsCrcValid(), Is.True);
        Assert.That(batch.Attributes.Compression, Is.EqualTo(golden.CodecNumber));
        Assert.That(batch.Attributes.IsTransactional, Is.EqualTo(golden.IsTransactional));
        Assert.That(new ProducerSequence(batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence),
            Is.EqualTo(golden.Producer));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(golden.Records.Max(r => r.Timestamp)));
        Assert.That(TestBatches.Describe(batch), Is.EqualTo(TestBatches.Describe(golden.Records)));
    }

    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void Our_builder_writes_what_reads_the_same(GoldenBatch golden)
    {
        RecordBatch batch = TestBatches.Read(TestBatches.Build(golden));
        Assert.That(batch.IsCrcValid(), Is.True);
        Assert.That(batch.Attributes.Compression, Is.EqualTo(golden.CodecNumber));
        Assert.That(TestBatches.Describe(batch), Is.EqualTo(TestBatches.Describe(golden.Records)));
    }

    [Test]
    public void Our_builder_writes_uncompressed_batches_byte_for_byte_as_the_golden()
    {
        GoldenBatch[] uncompressed = [.. GoldenBatch.All.Where(g => g.CodecNumber == CompressionType.None)];
        Assert.That(uncompressed, Is.Not.Empty);
        foreach (GoldenBatch golden in uncompressed)
        {
            // The leader epoch before the magic is the broker's to set: 0 in the goldens, -1 from Java's client and us.
            byte[] ours = TestBatches.Build(golden);
            Assert.That(ours[RecordBatchLayout.Magic..], Is.EqualTo(golden.Batch[RecordBatchLayout.Magic..]));
            Assert.That(ours[..RecordBatchLayout.PartitionLeaderEpoch],
                Is.EqualTo(golden.Batch[..RecordBatchLayout.PartitionLeaderEpoch]));
        }
    }

    [TestCaseSource(typeof(GoldenBatch), nameof(GoldenBatch.All))]
    public void The_validator_accepts_the_golden(GoldenBatch golden)
    {
        var rules = new RecordBatchRules { TimestampAfterMaxMs = long.MaxValue };
        RecordBatchVerdict verdict =
            RecordBatchValidator.Validate(golden.Batch, rules, nowMs: 1_700_000_000_000, out RecordBatch batch);
        Assert.That(verdict, Is.EqualTo(RecordBatchVerdict.Accepted));
        Assert.That(batch.RecordCount, Is.EqualTo(golden.Records.Count));
    }
}
