using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests;

public sealed class LogDirectoryTests
{
    [Test]
    public async Task A_second_process_is_refused_with_the_directorys_name()
    {
        await using var log = new TemporaryLog();
        Assert.That(
            () => LogDirectory.Open(log.Options),
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains(log.Root).And.Message.Contains("in use"));
    }

    [Test]
    public async Task Another_nodes_directory_is_refused()
    {
        await using var log = new TemporaryLog();
        await log.Close();
        Assert.That(
            () => LogDirectory.Open(log.Options with { NodeId = new NodeId(2) }),
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains("belongs to node 1"));
        log.Open();
    }

    [Test]
    public async Task Another_clusters_directory_is_refused()
    {
        await using var log = new TemporaryLog();
        log.Directory.SaveMeta(log.Directory.Meta with { ClusterId = "first" });
        await log.Close();
        Assert.That(
            () => LogDirectory.Open(log.Options with { ClusterId = "second" }),
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains("belongs to cluster first"));
        log.Open();
        Assert.That(log.Directory.Meta.ClusterId, Is.EqualTo("first"));
    }

    [Test]
    public async Task A_topic_created_again_does_not_get_the_old_log()
    {
        await using var log = new TemporaryLog();
        await log.Close();
        await using LogDirectory directory = LogDirectory.Open(log.Options);
        Assert.That(
            () => directory.OpenLog(TemporaryLog.Name, TopicId.NewRandom(), LogConfig.Default),
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains(TemporaryLog.Id.ToString()));
        await directory.WithdrawAsync([TemporaryLog.Name], Withdrawal.SetAside);
        PartitionLog another = directory.OpenLog(TemporaryLog.Name, TopicId.NewRandom(), LogConfig.Default);
        Assert.That(another.LogEndOffset, Is.EqualTo(0));
    }

    [Test]
    public async Task Partitions_on_the_disk_are_found_with_their_topic_ids()
    {
        await using var log = new TemporaryLog();
        log.Directory.OpenLog(new TopicPartition("a-b", 12), TopicId.None, LogConfig.Default);
        Assert.That(
            log.Directory.Find(),
            Is.EquivalentTo(new[]
            {
                new PartitionDirectory(TemporaryLog.Name, TemporaryLog.Id),
                new PartitionDirectory(new TopicPartition("a-b", 12), TopicId.None),
            }));
    }

    [Test]
    public async Task A_deleted_log_is_gone_at_once_and_readable_for_those_who_were_reading()
    {
        var time = new ManualTime();
        await using var log = new TemporaryLog(time: time);
        log.AppendMany(3);
        using LogReadResult reading = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        await log.Directory.WithdrawAsync([log.Log], Withdrawal.Delete);
        Assert.That(log.Directory.Find(), Is.Empty);
        LogAppendResult append = log.Log.Append(log.Writer, new TestBatch { BaseOffset = 3 }.Build());
        Assert.That(append.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        using (LogReadResult late = log.Log.Read(0, 3, 100, atLeastOneBatch: true))
            Assert.That(late.Error, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        byte[] bytes = new byte[reading.Length];
        reading.CopyTo(bytes);
        Assert.That(bytes, Has.Length.EqualTo(3 * 101));
        await log.Reopen();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(0));
    }

    [Test]
    public async Task A_directory_with_a_failed_log_gets_no_clean_marker()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(3);
        log.Log.State.Fail(new LogFailure(LogFailureKind.Flush, "test"));
        await log.Close();
        Assert.That(File.Exists(Path.Combine(log.Root, LogFileNames.CleanShutdown)), Is.False);
        log.Open();
        Assert.That(log.Directory.WasCleanShutdown, Is.False);
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task A_partition_that_was_never_recovered_keeps_the_directory_unclean()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(3);
        await log.Kill();
        await LogDirectory.Open(log.Options).DisposeAsync();
        log.Open();
        Assert.That(log.Directory.WasCleanShutdown, Is.False);
        Assert.That(log.Log.Recovery.BytesScanned, Is.EqualTo(3 * 101));
    }
}
