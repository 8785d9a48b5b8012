using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

public sealed class LogTrimmingTests
{
    private const int BatchBytes = 101;
    private static readonly LogConfig Small =
        LogConfig.Default with { SegmentBytes = 4 * BatchBytes, Retention = null };

    [Test]
    public async Task Retention_by_size_keeps_at_least_so_many_bytes()
    {
        await using var log = Committed(Small with { RetentionBytes = 6 * BatchBytes }, batches: 18);
        Assert.That(log.Log.ApplyRetention(DateTimeOffset.UnixEpoch), Is.EqualTo(3));
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(12));
        Assert.That(LogBytes.Read(log.Log), Has.Length.EqualTo(6 * BatchBytes));
    }

    [Test]
    public async Task Retention_by_time_deletes_what_is_older_and_in_the_end_the_active_segment()
    {
        await using var log = Committed(Small with { Retention = TimeSpan.FromSeconds(1) }, batches: 10);
        Assert.That(log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(2_003)), Is.EqualTo(0));
        Assert.That(log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(2_004)), Is.EqualTo(1));
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(4));
        Assert.That(log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(9_000)), Is.EqualTo(2));
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((10, 10)));
        log.AppendMany(1);
        await log.Reopen();
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((10, 11)));
    }

    [Test]
    public async Task Nothing_uncommitted_is_deleted()
    {
        await using var log = new TemporaryLog(Small with { RetentionBytes = 0 });
        log.AppendMany(12);
        log.Log.AdvanceHighWatermark(log.Writer, 5);
        Assert.That(log.Log.ApplyRetention(DateTimeOffset.UnixEpoch), Is.EqualTo(1));
    }

    [Test]
    public async Task An_active_segment_older_than_segment_ms_is_rolled_by_the_tick()
    {
        await using var log = Committed(Small with { SegmentAge = TimeSpan.FromSeconds(5) }, batches: 2);
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(6_000));
        Assert.That(log.Files(".log"), Has.Length.EqualTo(1));
        log.Log.ApplyRetention(DateTimeOffset.FromUnixTimeMilliseconds(6_001));
        Assert.That(log.Files(".log"), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_batch_much_later_than_the_segments_first_rolls_it()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentAge = TimeSpan.FromSeconds(5) });
        log.Append(new TestBatch { Timestamp = 1_000 });
        log.Append(new TestBatch { Timestamp = 6_000 });
        Assert.That(log.Files(".log"), Has.Length.EqualTo(1));
        log.Append(new TestBatch { Timestamp = 6_001 });
        Assert.That(log.Files(".log"), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_full_index_rolls_the_segment()
    {
        LogConfig config = LogConfig.Default with { IndexIntervalBytes = 10, SegmentIndexBytes = 24 };
        await using var log = new TemporaryLog(config);
        log.AppendMany(6);
        Assert.That(log.Files(".log").Length, Is.GreaterThan(1));
        Assert.That(log.ReadAll(), Has.Length.EqualTo(6 * BatchBytes));
    }

    [Test]
    public async Task Deleted_segments_are_renamed_at_once_and_removed_when_the_reader_is_done()
    {
        var time = new ManualTime();
        await using var log = new TemporaryLog(Small with { RetentionBytes = 0 }, time);
        log.AppendMany(9);
        log.Log.AdvanceHighWatermark(log.Writer, 9);
        LogReadResult reading = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        log.Log.ApplyRetention(DateTimeOffset.UnixEpoch);
        Assert.That(log.Files(".log.deleted"), Has.Length.EqualTo(2));
        time.Advance(log.Config.FileDeleteDelay);
        await Eventually.That(() => log.Files(".log.deleted").Length, Is.EqualTo(1));
        byte[] bytes = new byte[reading.Length];
        reading.CopyTo(bytes);
        reading.Dispose();
        await Eventually.That(() => log.Files(".deleted").Length, Is.EqualTo(0));
    }

    [Test]
    public async Task Delete_records_moves_the_start_within_the_committed_records()
    {
        await using var log = Committed(Small, batches: 10);
        Assert.That(log.Log.DeleteRecordsBefore(log.Writer, 11), Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(log.Log.DeleteRecordsBefore(log.Writer, 6), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(6));
        Assert.That(log.Files(".log"), Has.Length.EqualTo(2));
        string checkpoint = Path.Combine(log.Root, LogFileNames.LogStartOffsets);
        Assert.That(File.ReadAllText(checkpoint), Is.EqualTo("0\n1\nevents 0 6\n"));
        await log.Kill();
        log.Open();
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(6));
    }

    [TestCase(10, 10)]
    [TestCase(9, 9)]
    [TestCase(8, 8)]
    [TestCase(5, 5)]
    [TestCase(4, 4)]
    [TestCase(0, 0)]
    public async Task A_truncated_log_ends_there_and_goes_on(long offset, long end)
    {
        await using var log = Committed(Small, batches: 10);
        byte[] all = log.ReadAll();
        log.Lead(1);
        Assert.That(log.Log.TruncateTo(log.Writer, offset), Is.EqualTo(ErrorCode.None));
        Assert.That((log.Log.LogEndOffset, log.Log.View.HighWatermark), Is.EqualTo((end, end)));
        Assert.That(log.ReadAll(), Is.EqualTo(all[..(int)(end * BatchBytes)]));
        log.AppendMany(3);
        byte[] changed = log.ReadAll();
        await log.Kill();
        log.Open();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(end + 3));
        Assert.That(log.ReadAll(), Is.EqualTo(changed));
        Assert.That(log.Log.Recovery.HasCut, Is.False);
    }

    [Test]
    public async Task A_log_that_begins_anew_is_empty_at_its_offset()
    {
        await using var log = Committed(Small, batches: 10);
        Assert.That(log.Log.TruncateFullyAndStartAt(log.Writer, 500), Is.EqualTo(ErrorCode.None));
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((500, 500)));
        log.AppendMany(2);
        await log.Reopen();
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((500, 502)));
    }

    private static TemporaryLog Committed(LogConfig config, int batches)
    {
        var log = new TemporaryLog(config);
        for (int i = 0; i < batches; i++) log.Append(new TestBatch { Timestamp = 1_000 + i });
        log.Log.AdvanceHighWatermark(log.Writer, batches);
        return log;
    }
}
