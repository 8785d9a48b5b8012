using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>What stays of a log, and what never changes.</summary>
public sealed class LogCleanerTests
{
    [Test]
    public async Task The_last_record_of_each_key_stays_at_its_offset([Values] CompressionType codec)
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append(new KeyedBatch(("a", "1"), ("b", "2"), ("a", "3")) { Codec = codec });
        log.Append(new KeyedBatch(("c", "4"), ("a", "5")) { Codec = codec });
        log.Append("b", "6");
        log.Seal();
        CleaningReport report = log.Clean();
        Assert.That(log.Lines(), Is.EqualTo(new[] { "3 c=4", "4 a=5", "5 b=6" }));
        Assert.That((report.IsComplete, report.EndOffset), Is.EqualTo((true, log.Log.View.Segments[^1].BaseOffset)));
        Assert.That(report.BytesAfter, Is.LessThan(report.BytesBefore));
        Dump(log).ForEach(batch => Assert.That(batch.Attributes.Compression, Is.AnyOf(codec, CompressionType.None)));
    }

    [Test]
    public async Task A_batch_that_loses_records_keeps_its_offsets_times_epoch_and_sequence()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        var producer = new ProducerSequence(7, 1, 40);
        log.Append(new KeyedBatch(("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"))
        {
            Timestamp = 5_000, Producer = producer,
        });
        log.Append("c", "5");
        log.Seal();
        RecordBatch before = Dump(log)[0];
        log.Clean();
        RecordBatch after = Dump(log)[0];
        Assert.That((after.BaseOffset, after.LastOffset), Is.EqualTo((before.BaseOffset, before.LastOffset)));
        Assert.That((after.ProducerId, after.ProducerEpoch, after.BaseSequence), Is.EqualTo((7L, (short)1, 40)));
        Assert.That(after.PartitionLeaderEpoch, Is.EqualTo(before.PartitionLeaderEpoch));
        Assert.That((after.RecordCount, after.MaxTimestamp), Is.EqualTo((2, 5_002L)));
        Assert.That(
            CompactedLog.Records(log.Log)[..2],
            Is.EqualTo(new[] { new ReadRecord(1, 5_001, "b", "2"), new ReadRecord(2, 5_002, "a", "3") }));
    }

    [Test]
    public async Task A_producers_last_batch_stays_for_the_sake_of_its_sequence_alone()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append(new KeyedBatch(("a", "1")) { Producer = new ProducerSequence(7, 0, 0) });
        var second = new KeyedBatch(("a", "2"), ("b", "3")) { Producer = new ProducerSequence(7, 0, 1) };
        long last = log.Append(second);
        log.Append(new KeyedBatch(("a", "4"), ("b", "5")));
        log.Seal();
        log.Clean();
        RecordBatch first = Dump(log)[0];
        Assert.That((first.BaseOffset, first.RecordCount, first.BaseSequence), Is.EqualTo((last, 0, 1)));
        await log.CloseWithoutMarker();
        foreach (string snapshot in log.Files(LogFileNames.Snapshot)) File.Delete(snapshot);
        log.Open();
        SequenceVerdict verdict = log.Log.CopyProducerState()
            .Check(second.Build(), nowMs: 0, log.Log.LogEndOffset);
        Assert.That((verdict.IsDuplicate, verdict.Original.BaseOffset), Is.EqualTo((true, last)));
    }

    [Test]
    public async Task A_fetch_anywhere_in_a_gap_is_answered_with_the_next_batch()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 40; i++) log.Append("a", $"{i}");
        log.Append("b", "last");
        log.Seal();
        log.Clean();
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        Assert.That(all[0].Offset, Is.EqualTo(39));
        for (long from = 0; from < log.Log.LogEndOffset; from++)
        {
            using LogReadResult read = log.Log.Read(from, long.MaxValue, 1, atLeastOneBatch: true);
            Assert.That((read.Error, read.IsEmpty), Is.EqualTo((ErrorCode.None, false)), $"offset {from}");
            Assert.That(read.NextOffset, Is.GreaterThan(from));
            Assert.That(
                CompactedLog.Records(log.Log, from), Is.EqualTo(all.Where(record => record.Offset >= from)));
        }
    }

    [Test]
    public async Task Small_segments_are_merged_and_their_indexes_lead_to_every_record()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 60; i++) log.Append($"key {i % 20}", $"value {i}");
        log.Seal();
        int before = log.Files(".log").Length;
        log.Clean();
        log.Clean();
        Assert.That(log.Files(".log"), Has.Length.LessThan(before - 5));
        await log.Reopen();
        Assert.That(log.Log.Recovery, Is.EqualTo(RecoveryReport.Clean));
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        foreach (ReadRecord record in all)
            Assert.That(CompactedLog.Records(log.Log, record.Offset)[0], Is.EqualTo(record));
    }

    [Test]
    public async Task Records_without_a_key_stay()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append(null, "1");
        log.Append(new KeyedBatch((null, "2"), ("a", "3")));
        log.Append("a", "4");
        log.Seal();
        log.Clean();
        Assert.That(log.Lines(), Is.EqualTo(new[] { "0 =1", "1 =2", "3 a=4" }));
    }

    [Test]
    public async Task A_map_too_small_compacts_in_several_rounds()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        for (int i = 0; i < 30; i++) log.Append(new KeyedBatch(($"k{i % 10}", $"{i}"), ($"j{i % 7}", $"{i}")));
        log.Seal();
        log.Log.State.Flusher.Flush(includeActive: true);
        LogCleaner tiny = CompactedLog.Cleaner(keys: 3);
        Dictionary<string, string> held = CompactedLog.Replay(CompactedLog.Records(log.Log));
        int rounds = 0;
        long end = 0;
        while (log.Log.PlanCleaning(DateTimeOffset.UnixEpoch) is { IsDue: true })
        {
            CleaningReport report = log.Clean(cleaner: tiny);
            Assert.That(report.EndOffset, Is.GreaterThan(end));
            Assert.That(CompactedLog.Replay(CompactedLog.Records(log.Log)), Is.EqualTo(held));
            end = report.EndOffset;
            rounds++;
        }
        Assert.That(rounds, Is.GreaterThan(5));
        string[] keys = [.. CompactedLog.Records(log.Log).Where(record => record.Offset < end).Select(one => one.Key!)];
        Assert.That(keys.Where(key => key != "filler"), Is.Unique);
    }

    [Test]
    public async Task Nothing_of_a_batch_whose_records_cannot_be_read_is_lost_or_supersedes()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        RecordBatch broken = Unreadable(new KeyedBatch(("a", "2"), ("b", "3")) { BaseOffset = 1 });
        Assert.That(log.Log.Append(log.Writer, broken).Error, Is.EqualTo(ErrorCode.None));
        log.Append("b", "4");
        log.Append("b", "5");
        log.Seal();
        log.Clean();
        Assert.That(Dump(log).Select(batch => batch.BaseOffset).Take(3), Is.EqualTo(new[] { 0L, 1, 4 }));
        Assert.That(Dump(log)[1].Bytes.ToArray(), Is.EqualTo(broken.Bytes.ToArray()));
    }

    [Test]
    public async Task A_transaction_supersedes_nothing_and_keeps_its_batches_and_markers()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        var producer = new ProducerSequence(7, 0, 0);
        log.Append("a", "1");
        log.Append(new KeyedBatch(("a", "2"), ("b", null)) { Producer = producer, IsTransactional = true });
        byte[] marker = Marker(producer);
        RecordBatchPatcher.AssignOffsets(marker, 3, new LeaderEpoch(0));
        Assert.That(RecordBatch.TryRead(marker, out RecordBatch control), Is.True);
        log.Log.Append(log.Writer, control);
        log.Seal();
        log.Clean();
        Assert.That(log.Lines(), Has.Member("0 a=1").And.Member("1 a=2").And.Member("2 b=null"));
        log.Append("a", "3");
        log.Append("b", "4");
        log.Append(new KeyedBatch(("c", "5")) { Producer = new ProducerSequence(7, 0, 2), IsTransactional = true });
        log.Seal();
        log.Clean();
        log.Clean(DateTimeOffset.MaxValue - TimeSpan.FromDays(9));
        List<RecordBatch> left = Dump(log);
        Assert.That(left.Select(batch => batch.BaseOffset).Take(2), Is.EqualTo(new[] { 1L, 3 }));
        Assert.That((left[0].RecordCount, left[0].NextOffset), Is.EqualTo((0, 3L)), "a later record outside of it is");
        Assert.That(left[1].Bytes.ToArray(), Is.EqualTo(marker));
        Assert.That(log.Lines(), Has.Some.EndsWith(" c=5"));
    }

    [Test]
    public async Task The_tombstone_of_a_transaction_stays()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Append(new KeyedBatch(("a", null)) { Producer = new ProducerSequence(7, 0, 0), IsTransactional = true });
        log.Seal();
        log.Clean();
        log.Clean(DateTimeOffset.MaxValue - TimeSpan.FromDays(9));
        Assert.That(log.Lines(), Is.EqualTo(new[] { "0 a=1", "1 a=null" }));
    }

    [Test]
    public async Task A_log_that_is_clean_is_not_written_again()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        log.Append("a", "1");
        log.Seal();
        log.Clean();
        DateTime written = File.GetLastWriteTimeUtc(log.Files(".log")[0]);
        CleaningReport again = log.Clean();
        Assert.That((again.BytesAfter, again.IsComplete), Is.EqualTo((0L, true)));
        Assert.That(File.GetLastWriteTimeUtc(log.Files(".log")[0]), Is.EqualTo(written));
        Assert.That(log.Log.PlanCleaning(DateTimeOffset.UnixEpoch)!.IsDue, Is.False);
    }

    [Test]
    public async Task The_last_offset_of_a_round_stays_where_a_follower_can_find_it()
    {
        await using var log = new TemporaryLog(CompactedLog.Config with { SegmentAge = TimeSpan.FromSeconds(1) });
        log.Append(new KeyedBatch(("a", "1"), ("a", null)) { Timestamp = 1_000 });
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(9_000));
        log.Clean(DateTimeOffset.FromUnixTimeMilliseconds(10_000));
        log.Append(new KeyedBatch(("b", "1"), ("b", null)) { Timestamp = 11_000 });
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(20_000));
        DateTimeOffset late = DateTimeOffset.FromUnixTimeMilliseconds(10_000) + TimeSpan.FromDays(3);
        log.Clean(late);
        log.Clean(late + TimeSpan.FromDays(3));
        Assert.That(CompactedLog.Records(log.Log), Is.Empty);
        RecordBatch left = Dump(log).Single();
        Assert.That((left.RecordCount, left.NextOffset), Is.EqualTo((0, log.Log.LogEndOffset)));
        using LogReadResult read = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        Assert.That(read.NextOffset, Is.EqualTo(log.Log.LogEndOffset));
        await log.Reopen();
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((0L, 4L)));
    }

    private static List<RecordBatch> Dump(TemporaryLog log) => [.. RecordBatches.Enumerate(log.ReadAll())];

    /// <summary>A true CRC over bytes that are no records.</summary>
    private static RecordBatch Unreadable(KeyedBatch batch)
    {
        byte[] bytes = batch.Build().Bytes.ToArray();
        bytes[^1] ^= 0x40;
        RecordBatchPatcher.AssignProducer(bytes, ProducerSequence.None);
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch unreadable), Is.True);
        Assert.That(() => unreadable.Records().GetEnumerator().MoveNext(), Is.True);
        return unreadable;
    }

    private static byte[] Marker(ProducerSequence producer)
    {
        byte[] key = new byte[EndTransactionMarker.KeySize];
        byte[] value = new byte[EndTransactionMarker.ValueSize];
        var marker = new EndTransactionMarker(ControlRecordType.Commit, new CoordinatorEpoch(0));
        marker.WriteKey(key);
        marker.WriteValue(value);
        var builder = new RecordBatchBuilder(1024);
        builder.TryAppend(1_000, key, value);
        return builder.Build(producer, isTransactional: true, isControl: true);
    }
}
