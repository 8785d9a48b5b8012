using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests;

public sealed class ProducerStateTableTests
{
    [Test]
    public void A_batch_without_a_producer_id_is_always_accepted()
    {
        var table = new ProducerStateTable();
        Assert.That(table.Check(new TestBatch().Build()), Is.EqualTo(SequenceVerdict.Accept));
        table.Update(new TestBatch().Build());
        Assert.That(table.Count, Is.EqualTo(0));
    }

    [TestCase(0)]
    [TestCase(17)]
    public void An_unknown_producer_may_begin_with_any_sequence(int sequence)
    {
        Assert.That(new ProducerStateTable().Check(Batch(sequence)).IsAccepted, Is.True);
    }

    [TestCase(9, ErrorCode.OutOfOrderSequenceNumber)]
    [TestCase(10, ErrorCode.None)]
    [TestCase(11, ErrorCode.OutOfOrderSequenceNumber)]
    [TestCase(0, ErrorCode.OutOfOrderSequenceNumber)]
    public void The_next_sequence_follows_the_last(int sequence, ErrorCode expected)
    {
        ProducerStateTable table = After(Batch(0, records: 10));
        Assert.That(table.Check(Batch(sequence, records: 3)).Error, Is.EqualTo(expected));
    }

    [Test]
    public void Each_of_the_last_five_batches_is_a_duplicate_with_its_first_offset_and_time()
    {
        var table = new ProducerStateTable();
        for (int i = 0; i < 7; i++) table.Update(Batch(i * 2, records: 2, offset: 100 + i * 10, timestamp: 5_000 + i));
        for (int i = 0; i < 7; i++)
        {
            SequenceVerdict verdict = table.Check(Batch(i * 2, records: 2));
            Assert.That(verdict.IsDuplicate, Is.EqualTo(i >= 2), $"batch {i}");
            var original = new ProducerBatch(i * 2, i * 2 + 1, 100 + i * 10, 101 + i * 10, 5_000 + i);
            if (i < 2) Assert.That(verdict.Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
            else Assert.That(verdict.Original, Is.EqualTo(original));
        }
    }

    [Test]
    public void A_batch_that_only_overlaps_a_known_one_is_no_duplicate()
    {
        ProducerStateTable table = After(Batch(0, records: 10));
        Assert.That(table.Check(Batch(0, records: 9)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(5, records: 5)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
    }

    [TestCase(int.MaxValue - 1, 2, 0)]
    [TestCase(int.MaxValue - 1, 3, 1)]
    [TestCase(int.MaxValue, 1, 0)]
    [TestCase(int.MaxValue, 5, 4)]
    public void The_sequence_wraps_to_zero_behind_the_greatest(int first, int records, int next)
    {
        ProducerStateTable table = After(Batch(first, records));
        Assert.That(table.Check(Batch(next)).IsAccepted, Is.True);
        Assert.That(table.Check(Batch(next + 1)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(first, records)).IsDuplicate, Is.True);
    }

    [Test]
    public void A_new_epoch_begins_at_sequence_zero_and_forgets_the_old_batches()
    {
        ProducerStateTable table = After(Batch(0, records: 10, epoch: 3));
        Assert.That(table.Check(Batch(10, epoch: 4)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(0, epoch: 4)).IsAccepted, Is.True);
        table.Update(Batch(0, epoch: 4));
        Assert.That(table.Check(Batch(0, records: 10, epoch: 4)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Find(7)?.Batches.Length, Is.EqualTo(1));
    }

    [Test]
    public void An_old_epoch_is_refused()
    {
        ProducerStateTable table = After(Batch(0, epoch: 3));
        Assert.That(table.Check(Batch(1, epoch: 2)).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public void A_producer_is_forgotten_when_its_last_batch_is_as_old_as_the_expiration()
    {
        ProducerStateTable table = After(Batch(0, timestamp: 1_000));
        Assert.That(table.Expire(nowMs: 1_999, expirationMs: 1_000), Is.EqualTo(0));
        Assert.That(table.Expire(nowMs: 2_000, expirationMs: 1_000), Is.EqualTo(1));
        Assert.That(table.Check(Batch(40)).IsAccepted, Is.True);
    }

    [Test]
    public void A_copy_goes_its_own_way()
    {
        ProducerStateTable table = After(Batch(0));
        ProducerStateTable copy = table.Copy();
        copy.Update(Batch(1));
        Assert.That(table.Check(Batch(1)).IsAccepted, Is.True);
        Assert.That(copy.Check(Batch(1)).IsDuplicate, Is.True);
    }

    [Test]
    public async Task All_five_batches_are_known_after_a_restart([Values] bool killed)
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 300 }, new ManualTime());
        long now = new ManualTime().GetUtcNow().ToUnixTimeMilliseconds();
        for (int i = 0; i < 8; i++)
            log.Append(new TestBatch { ProducerId = 7, ProducerEpoch = 1, Sequence = i, Timestamp = now + i });
        if (killed) await log.Kill();
        else await log.Close();
        log.Open();
        ProducerStateTable table = log.Log.CopyProducerState();
        for (int i = 3; i < 8; i++)
        {
            var retry = new TestBatch { ProducerId = 7, ProducerEpoch = 1, Sequence = i };
            Assert.That(table.Check(retry.Build()).Original.BaseOffset, Is.EqualTo(i));
            Assert.That(table.Check(retry.Build()).Original.Timestamp, Is.EqualTo(now + i));
        }
    }

    private static ProducerStateTable After(RecordBatch batch)
    {
        var table = new ProducerStateTable();
        table.Update(batch);
        return table;
    }

    private static RecordBatch Batch(
        int sequence, int records = 1, short epoch = 0, long offset = 0, long timestamp = 1_000) =>
        new TestBatch
        {
            ProducerId = 7,
            ProducerEpoch = epoch,
            Sequence = sequence,
            Records = records,
            BaseOffset = offset,
            Timestamp = timestamp,
        }.Build();
}
