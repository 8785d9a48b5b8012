using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

public sealed class PartitionLogTests
{
    [Test]
    public async Task Append_makes_a_batch_readable_at_once()
    {
        await using var log = new TemporaryLog();
        log.Append(new TestBatch { Records = 3 });
        log.Append(new TestBatch { Records = 2 });
        using LogReadResult read = log.Log.Read(1, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(read.FirstOffset, Is.EqualTo(0));
        Assert.That(read.NextOffset, Is.EqualTo(5));
        Assert.That(read.Length, Is.EqualTo(2 * 101));
    }

    [Test]
    public async Task Append_past_segment_bytes_rolls_to_a_new_segment()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 1000 });
        log.AppendMany(30);
        Assert.That(Directory.GetFiles(log.LogPath, "*.log"), Has.Length.EqualTo(4));
        Assert.That(log.ReadAll(), Has.Length.EqualTo(30 * 101));
    }

    [Test]
    public async Task A_reopened_log_goes_on_where_it_ended([Values] bool clean)
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 1000 });
        log.AppendMany(30);
        byte[] before = log.ReadAll();
        if (clean) await log.Close();
        else await log.Kill();
        log.Open();
        Assert.That(log.Directory.WasCleanShutdown, Is.EqualTo(clean));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(30));
        Assert.That(log.Log.Recovery.HasCut, Is.False);
        Assert.That(log.ReadAll(), Is.EqualTo(before));
        log.AppendMany(5);
        Assert.That(log.ReadAll(), Has.Length.EqualTo(35 * 101));
    }

    [Test]
    public async Task A_dead_token_appends_nothing()
    {
        await using var log = new TemporaryLog();
        WriterToken old = log.Writer;
        log.Lead(1);
        LogAppendResult result = log.Log.Append(old, new TestBatch().Build());
        Assert.That(result.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(0));
    }
}
