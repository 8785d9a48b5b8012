using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>How long the record that deletes a key stays (KIP-534).</summary>
public sealed class TombstoneTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);
    private static readonly LogConfig Config =
        CompactedLog.Config with { DeleteRetention = TimeSpan.FromSeconds(100) };

    [Test]
    public async Task A_tombstone_stays_for_its_time_from_the_first_cleaning_on([Values] CompressionType codec)
    {
        await using var log = new TemporaryLog(Config);
        log.Append(new KeyedBatch(("a", "1"), ("b", "2")) { Codec = codec });
        log.Append(new KeyedBatch(("a", null), ("c", "3")) { Codec = codec, Timestamp = 7_000 });
        log.Seal();
        log.Clean(Start);
        Assert.That(log.Lines(), Is.EqualTo(new[] { "1 b=2", "2 a=null", "3 c=3" }));
        log.Clean(Start + TimeSpan.FromSeconds(99.999));
        Assert.That(log.Lines(), Has.Member("2 a=null"));
        await log.Reopen();
        log.Clean(Start + TimeSpan.FromSeconds(100));
        Assert.That(log.Lines(), Is.EqualTo(new[] { "1 b=2", "3 c=3" }));
        Assert.That(
            CompactedLog.Records(log.Log)[1], Is.EqualTo(new ReadRecord(3, 7_001, "c", "3")), "its time is as it was");
    }

    [Test]
    public async Task The_delete_horizon_stands_in_the_batch_as_the_base_timestamp()
    {
        await using var log = new TemporaryLog(Config);
        log.Append(new KeyedBatch(("a", null), ("b", "2")) { Timestamp = 7_000 });
        log.Seal();
        log.Clean(Start);
        List<RecordBatch> batches = [.. RecordBatches.Enumerate(log.ReadAll())];
        RecordBatch batch = batches[0];
        Assert.That(batch.Attributes.HasDeleteHorizon, Is.True);
        Assert.That(batch.BaseTimestamp, Is.EqualTo((Start + TimeSpan.FromSeconds(100)).ToUnixTimeMilliseconds()));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(7_001));
        List<RecordView> records = [.. batch.Records()];
        Assert.That(records.Select(record => record.TimestampMs), Is.EqualTo(new[] { 7_000L, 7_001 }));
    }

    [Test]
    public async Task A_tombstone_that_the_map_had_no_room_for_gets_its_horizon_when_it_takes_effect()
    {
        await using var log = new TemporaryLog(Config);
        long first = log.Append("b", "1");
        log.Seal();
        log.Clean(Start);
        log.Append("a", "2");
        long second = log.Append(new KeyedBatch(("a", null), ("b", null)));
        log.Seal();
        CleaningReport report = log.Clean(Start, CompactedLog.Cleaner(keys: 2));
        Assert.That(report.EndOffset, Is.EqualTo(second + 1), "a filler and a fill the map within the batch");
        Assert.That(log.Lines(), Has.Member($"{first} b=1"));
        DateTimeOffset later = Start + TimeSpan.FromSeconds(500);
        log.Clean(later);
        Assert.That(log.Lines(), Has.No.Member($"{first} b=1").And.Member($"{second + 1} b=null"));
        log.Clean(later + TimeSpan.FromSeconds(100));
        Assert.That(log.Lines(), Is.Empty);
    }

    [Test]
    public async Task A_key_that_comes_back_lives_on()
    {
        await using var log = new TemporaryLog(Config);
        log.Append("a", "1");
        log.Append("a", null);
        log.Append("a", "2");
        log.Seal();
        log.Clean(Start);
        log.Clean(Start + TimeSpan.FromDays(1));
        Assert.That(log.Lines(), Is.EqualTo(new[] { "2 a=2" }));
    }

    [Test]
    public async Task Without_an_end_to_delete_retention_tombstones_stay()
    {
        await using var log = new TemporaryLog(Config with { DeleteRetention = null });
        log.Append("a", "1");
        log.Append("a", null);
        log.Seal();
        log.Clean(Start);
        log.Clean(Start + TimeSpan.FromDays(10_000));
        Assert.That(log.Lines(), Is.EqualTo(new[] { "1 a=null" }));
    }

    [Test]
    public async Task A_reader_on_its_way_sees_the_deletion_of_what_it_has_read()
    {
        await using var log = new TemporaryLog(Config);
        log.Append("a", "1");
        log.Append("b", "2");
        List<ReadRecord> seen = [.. CompactedLog.Records(log.Log)];
        log.Append("a", null);
        log.Seal();
        CleaningReport report = log.Clean(Start);
        seen.AddRange(CompactedLog.Records(log.Log, from: 2));
        Assert.That(report.RecordsRemoved, Is.GreaterThan(0));
        Assert.That(CompactedLog.Replay(seen).Keys, Is.EquivalentTo(new[] { "b", "filler" }));
    }
}
