using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests;

public sealed class TimestampLookupTests
{
    [TestCase(0, 0, 1_000)]
    [TestCase(1_000, 0, 1_000)]
    [TestCase(1_001, 1, 1_010)]
    [TestCase(1_025, 3, 1_030)]
    [TestCase(1_110, 11, 1_110)]
    public async Task The_first_record_at_or_after_a_time_is_found(long asked, long offset, long timestamp)
    {
        await using TemporaryLog log = Filled();
        var expected = new TimestampOffset(timestamp, offset, new LeaderEpoch(0));
        Assert.That(log.Log.LookupTimestamp(asked), Is.EqualTo(expected));
    }

    [Test]
    public async Task Nothing_is_found_after_the_last_record()
    {
        await using TemporaryLog log = Filled();
        Assert.That(log.Log.LookupTimestamp(1_111), Is.Null);
    }

    [Test]
    public async Task The_record_with_the_greatest_time_need_not_be_the_last()
    {
        await using TemporaryLog log = Filled();
        Append(log, 1_500, 1_400);
        Append(log, 1_200);
        Assert.That(log.Log.MaxTimestamp(), Is.EqualTo(new TimestampOffset(1_500, 12, new LeaderEpoch(0))));
    }

    [Test]
    public async Task Records_below_the_log_start_are_not_found()
    {
        await using TemporaryLog log = Filled();
        log.Log.AdvanceHighWatermark(log.Writer, 12);
        log.Log.DeleteRecordsBefore(log.Writer, 5);
        Assert.That(log.Log.LookupTimestamp(0)?.Offset, Is.EqualTo(5));
    }

    [Test]
    public async Task An_empty_log_has_no_times()
    {
        await using var log = new TemporaryLog();
        Assert.That(log.Log.LookupTimestamp(0), Is.Null);
        Assert.That(log.Log.MaxTimestamp(), Is.EqualTo(TimestampOffset.None));
    }

    /// <summary>Six batches of two records over several segments, one record every 10 ms from 1000 on.</summary>
    private static TemporaryLog Filled()
    {
        var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 300, IndexIntervalBytes = 100 });
        for (int i = 0; i < 6; i++) Append(log, 1_000 + i * 20, 1_010 + i * 20);
        return log;
    }

    private static void Append(TemporaryLog log, params long[] timestamps)
    {
        var builder = new RecordBatchBuilder(1024);
        ReadOnlyMemory<byte>? noKey = null;
        foreach (long timestamp in timestamps) builder.TryAppend(timestamp, noKey, new byte[20]);
        byte[] bytes = builder.Build();
        RecordBatchPatcher.AssignOffsets(bytes, log.Log.LogEndOffset, log.Writer.LeaderEpoch);
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        Assert.That(log.Log.Append(log.Writer, batch).Error, Is.EqualTo(ErrorCode.None));
    }
}
