using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests;

public sealed class ProducerStateTableTests
{
    private const long Now = 50_000;
    private const long End = 1_000;
    private const long ExpirationMs = 5_000;

    private static readonly ProducerStateLimits FiveSeconds = new(TimeSpan.FromMilliseconds(ExpirationMs), 100);

    [Test]
    public void A_batch_without_a_producer_id_is_always_accepted()
    {
        var table = new ProducerStateTable();
        Assert.That(table.Check(new TestBatch().Build(), Now, End), Is.EqualTo(SequenceVerdict.Accept));
        table.Update(new TestBatch().Build(), Now);
        Assert.That(table.Count, Is.EqualTo(0));
    }

    [TestCase(0)]
    [TestCase(17)]
    public void An_unknown_producer_may_begin_with_any_sequence(int sequence)
    {
        Assert.That(new ProducerStateTable().Check(Batch(sequence), Now, End).IsAccepted, Is.True);
    }

    [TestCase(9, ErrorCode.OutOfOrderSequenceNumber)]
    [TestCase(10, ErrorCode.None)]
    [TestCase(11, ErrorCode.OutOfOrderSequenceNumber)]
    [TestCase(0, ErrorCode.OutOfOrderSequenceNumber)]
    public void The_next_sequence_follows_the_last(int sequence, ErrorCode expected)
    {
        ProducerStateTable table = After(Batch(0, records: 10));
        Assert.That(table.Check(Batch(sequence, records: 3), Now, End).Error, Is.EqualTo(expected));
    }

    [Test]
    public void Each_of_the_last_five_batches_is_a_duplicate_with_its_first_offset_and_time()
    {
        var table = new ProducerStateTable();
        for (int i = 0; i < 7; i++)
            table.Update(Batch(i * 2, records: 2, offset: 100 + i * 10, timestamp: 5_000 + i), Now);
        for (int i = 0; i < 7; i++)
        {
            SequenceVerdict verdict = table.Check(Batch(i * 2, records: 2), Now, End);
            Assert.That(verdict.IsDuplicate, Is.EqualTo(i >= 2), $"batch {i}");
            var original = new BatchMetadata(i * 2, i * 2 + 1, 100 + i * 10, 101 + i * 10, 5_000 + i);
            if (i < 2) Assert.That(verdict.Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
            else Assert.That(verdict.Original, Is.EqualTo(original));
        }
    }

    [Test]
    public void A_batch_that_only_overlaps_a_known_one_is_no_duplicate()
    {
        ProducerStateTable table = After(Batch(0, records: 10));
        Assert.That(table.Check(Batch(0, records: 9), Now, End).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(5, records: 5), Now, End).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
    }

    [TestCase(int.MaxValue - 1, 2, 0)]
    [TestCase(int.MaxValue - 1, 3, 1)]
    [TestCase(int.MaxValue, 1, 0)]
    [TestCase(int.MaxValue, 5, 4)]
    public void The_sequence_wraps_to_zero_behind_the_greatest(int first, int records, int next)
    {
        ProducerStateTable table = After(Batch(first, records));
        Assert.That(table.Check(Batch(next), Now, End).IsAccepted, Is.True);
        Assert.That(table.Check(Batch(next + 1), Now, End).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(first, records), Now, End).IsDuplicate, Is.True);
    }

    [Test]
    public void A_new_epoch_begins_at_sequence_zero_and_forgets_the_old_batches()
    {
        ProducerStateTable table = After(Batch(0, records: 10, epoch: 3));
        Assert.That(table.Check(Batch(10, epoch: 4), Now, End).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(0, epoch: 4), Now, End).IsAccepted, Is.True);
        table.Update(Batch(0, epoch: 4), Now);
        Assert.That(
            table.Check(Batch(0, records: 10, epoch: 4), Now, End).Error,
            Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Find(7)?.Batches.Length, Is.EqualTo(1));
    }

    [Test]
    public void An_old_epoch_is_refused()
    {
        ProducerStateTable table = After(Batch(0, epoch: 3));
        Assert.That(table.Check(Batch(1, epoch: 2), Now, End).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public void A_partition_that_never_held_a_record_takes_only_the_first_batch_of_an_unknown_producer()
    {
        var table = new ProducerStateTable();
        Assert.That(table.Check(Batch(5), Now, nextOffset: 0).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(0), Now, nextOffset: 0).IsAccepted, Is.True);
        Assert.That(table.Check(Batch(5), Now, nextOffset: 1).IsAccepted, Is.True);
    }

    [Test]
    public void A_producer_is_unknown_from_the_moment_its_time_is_over_though_nothing_was_swept()
    {
        var table = new ProducerStateTable(FiveSeconds);
        table.Update(Batch(0), Now);
        Assert.That(table.Check(Batch(5), Now + ExpirationMs - 1, End).Error,
            Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(table.Check(Batch(0), Now + ExpirationMs - 1, End).IsDuplicate, Is.True);
        Assert.That(table.Check(Batch(5), Now + ExpirationMs, End).IsAccepted, Is.True);
        Assert.That(table.Check(Batch(0), Now + ExpirationMs, End).IsDuplicate, Is.False);
        table.Update(Batch(5), Now + ExpirationMs);
        Assert.That(table.Find(7)!.Batches.Length, Is.EqualTo(1), "what it wrote before its time was over");
    }

    [Test]
    public void A_producer_that_writes_is_remembered_whatever_its_records_say_of_the_time()
    {
        var table = new ProducerStateTable(FiveSeconds);
        table.Update(Batch(0, timestamp: 1), Now);
        table.Update(Batch(1, timestamp: long.MaxValue), Now + 4_000);
        Assert.That(table.Check(Batch(1), Now + 8_000, End).IsDuplicate, Is.True, "an old timestamp");
        Assert.That(table.Check(Batch(9), Now + 9_000, End).IsAccepted, Is.True, "a timestamp far ahead");
    }

    [Test]
    public void Many_producers_that_write_once_leave_no_more_than_those_of_one_expiration_time()
    {
        var table = new ProducerStateTable(FiveSeconds with { MaxProducers = int.MaxValue });
        int greatest = 0;
        for (int id = 0; id < 50_000; id++)
        {
            table.Update(Batch(0, id: id), Now + id);
            greatest = Math.Max(greatest, table.Count);
        }

        Assert.That(greatest, Is.InRange(ExpirationMs, ExpirationMs + (ExpirationMs / 4) + 1));
        Assert.That(table.Expire(Now + 50_000 + ExpirationMs), Is.EqualTo(table.Count).Or.GreaterThan(4_999));
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void A_full_table_forgets_those_of_whom_nothing_was_heard_for_longest()
    {
        var table = new ProducerStateTable(FiveSeconds);
        for (int id = 0; id < 100; id++) table.Update(Batch(0, id: id), Now + id);
        table.Update(Batch(1, id: 0), Now + 100);
        table.Update(Batch(0, id: 100), Now + 101);
        Assert.That(table.Count, Is.EqualTo(91));
        Assert.That(table.Find(0), Is.Not.Null);
        Assert.That(table.Find(1), Is.Null);
        Assert.That(table.Find(11), Is.Not.Null);
        Assert.That(table.Find(100), Is.Not.Null);
    }

    [Test]
    public async Task A_restart_does_not_lengthen_the_time_that_a_producer_is_remembered()
    {
        var time = new ManualTime();
        await using var log = new TemporaryLog(LogConfig.Default with { ProducerLimits = FiveSeconds }, time);
        log.Append(new TestBatch { ProducerId = 7, ProducerEpoch = 1, Sequence = 0 });
        time.Advance(TimeSpan.FromSeconds(3));
        log.Append(new TestBatch { ProducerId = 8, ProducerEpoch = 1, Sequence = 0 });
        await log.Close();
        time.Advance(TimeSpan.FromSeconds(2));
        log.Open();
        Assert.That(log.Log.CopyProducerState().Producers.Select(p => p.ProducerId), Is.EqualTo(new long[] { 8 }));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(log.Log.CopyProducerState().Count, Is.Zero);
    }

    [Test]
    public void A_copy_goes_its_own_way()
    {
        ProducerStateTable table = After(Batch(0));
        ProducerStateTable copy = table.Copy();
        copy.Update(Batch(1), Now);
        Assert.That(table.Check(Batch(1), Now, End).IsAccepted, Is.True);
        Assert.That(copy.Check(Batch(1), Now, End).IsDuplicate, Is.True);
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
            Assert.That(table.Check(retry.Build(), Now, End).Original.BaseOffset, Is.EqualTo(i));
            Assert.That(table.Check(retry.Build(), Now, End).Original.Timestamp, Is.EqualTo(now + i));
        }
    }

    private static ProducerStateTable After(RecordBatch batch)
    {
        var table = new ProducerStateTable();
        table.Update(batch, Now);
        return table;
    }

    private static RecordBatch Batch(
        int sequence, int records = 1, short epoch = 0, long offset = 0, long timestamp = 1_000, long id = 7) =>
        new TestBatch
        {
            ProducerId = id,
            ProducerEpoch = epoch,
            Sequence = sequence,
            Records = records,
            BaseOffset = offset,
            Timestamp = timestamp,
        }.Build();
}
