using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests;

/// <summary>Many partitions deleted at once, with room on the disk and without.</summary>
public sealed class GatheredDeletionTests
{
    private const int Partitions = 50;

    private static readonly LogDirectoryOptions Options = new()
    {
        Path = "/data",
        NodeId = new NodeId(1),
    };

    [Test]
    public async Task A_thousand_partitions_cost_one_flush_of_the_directory_and_one_rewrite_of_each_checkpoint()
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = LogDirectory.Open(Options with { Files = disk });
        PartitionLog[] logs = OpenMany(directory);
        var operations = new List<string>();
        disk.Before = (operation, path) =>
        {
            lock (operations) operations.Add($"{operation} {path}");
        };

        IReadOnlyList<WithdrawnPartition> withdrawn = await directory.WithdrawAsync(logs, Withdrawal.Delete);

        lock (operations)
        {
            Assert.That(withdrawn.All(one => one.Fault is null), Is.True);
            Assert.That(directory.Find(), Is.Empty);
            // Others flush what was appended before.
            Assert.That(
                operations.Count(one => one.StartsWith("fsync /data/", StringComparison.Ordinal)
                    && !one.StartsWith("fsync /data/t", StringComparison.Ordinal)),
                Is.LessThan(5));
            Assert.That(operations.Count(one => one == "flush /data"), Is.LessThan(6));
        }
    }

    [Test]
    public async Task A_full_disk_lets_partitions_go_and_no_successor_inherits_their_checkpoints()
    {
        var disk = new SimulatedFileSystem();
        LogDirectory directory = LogDirectory.Open(Options with { Files = disk });
        PartitionLog[] logs = OpenMany(directory);
        disk.FreeBytes = 0;
        IReadOnlyList<WithdrawnPartition> withdrawn = await directory.WithdrawAsync(logs, Withdrawal.Delete);
        Assert.That(withdrawn.All(one => one.Fault is null), Is.True);
        Assert.That(directory.Find(), Is.Empty);

        // Killed before the checkpoints could be written: they still hold the deleted partitions' log starts.
        SimulatedFileSystem after = disk.Kill();
        await directory.DisposeAsync();
        await using LogDirectory again = LogDirectory.Open(Options with { Files = after });
        PartitionLog successor = again.OpenLog(logs[0].Name, TopicId.NewRandom(), LogConfig.Default);
        Assert.That(successor.LogStartOffset, Is.EqualTo(0));
        SimulatedFileSystem later = after.Kill();
        await using LogDirectory third = LogDirectory.Open(Options with { Files = later });
        PartitionLog reopened = third.OpenLog(logs[0].Name, successor.TopicId, LogConfig.Default);
        Assert.That((reopened.LogStartOffset, reopened.View.HighWatermark), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task The_records_of_many_logs_go_with_one_rewrite_of_the_checkpoint()
    {
        var disk = new SimulatedFileSystem();
        LogDirectory directory = LogDirectory.Open(Options with { Files = disk });
        RecordTrim[] trims = [.. OpenMany(directory).SelectMany(Trims)];
        int waits = 0;
        int thread = Environment.CurrentManagedThreadId;
        disk.Before = (operation, path) =>
        {
            // Others flush what was appended before, on their own threads.
            bool isOurs = Environment.CurrentManagedThreadId == thread;
            if (isOurs && (operation is "fsync" or "flush")) Interlocked.Increment(ref waits);
        };

        IReadOnlyList<ErrorCode> errors = RecordTrimming.Run(trims);

        Assert.That(errors, Is.All.EqualTo(ErrorCode.None));
        Assert.That(waits, Is.LessThan(10));
        Assert.That(trims.Select(trim => trim.Log.LogStartOffset), Is.All.EqualTo(3));
        SimulatedFileSystem cut = disk.PowerCut();
        await directory.DisposeAsync();
        await using LogDirectory again = LogDirectory.Open(Options with { Files = cut });
        Assert.That(
            trims.Select(trim => new DirectoryCheckpoints(cut, "/data").Of(trim.Log.Name).LogStart),
            Is.All.EqualTo(3));
    }

    [Test]
    public async Task A_checkpoint_that_cannot_be_written_refuses_the_deletion_and_harms_no_log()
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = LogDirectory.Open(Options with { Files = disk });
        RecordTrim trim = Trims(OpenMany(directory)[0])[0];
        disk.Before = (_, path) =>
        {
            if (path.Contains(LogFileNames.LogStartOffsets, StringComparison.Ordinal))
                throw new IOException("I/O error");
        };

        Assert.That(RecordTrimming.Run([trim]), Is.EqualTo(new[] { ErrorCode.KafkaStorageError }));
        Assert.That((trim.Log.Failure, trim.Log.LogStartOffset), Is.EqualTo(((LogFailure?)null, 1L)));
        disk.Before = null;
        Assert.That(RecordTrimming.Run([trim]), Is.EqualTo(new[] { ErrorCode.None }));
    }

    [Test]
    public async Task A_directory_that_cannot_be_renamed_holds_up_no_other()
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = LogDirectory.Open(Options with { Files = disk });
        PartitionLog[] logs = OpenMany(directory);
        disk.Before = (operation, path) =>
        {
            if (operation == "rename" && path.StartsWith("/data/t7-0.", StringComparison.Ordinal))
                throw new IOException("I/O error");
        };

        IReadOnlyList<WithdrawnPartition> withdrawn = await directory.WithdrawAsync(logs, Withdrawal.Delete);

        Assert.That(
            withdrawn.Where(one => one.Fault is not null).Select(one => one.Name.Topic), Is.EqualTo(new[] { "t7" }));
    }

    private static PartitionLog[] OpenMany(LogDirectory directory)
    {
        var logs = new PartitionLog[Partitions];
        for (int i = 0; i < Partitions; i++)
        {
            logs[i] = directory.OpenLog(new TopicPartition($"t{i}", 0), TopicId.NewRandom(), LogConfig.Default);
            WriterToken writer = logs[i].TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
            logs[i].Append(writer, new TestBatch().Build());
            logs[i].AdvanceHighWatermark(writer, 1);
            Assert.That(logs[i].DeleteRecordsBefore(writer, 1), Is.EqualTo(ErrorCode.None));
        }
        directory.WriteCheckpoints();
        return logs;
    }

    /// <summary>Two more records, committed, and deletions that name the log twice.</summary>
    private static RecordTrim[] Trims(PartitionLog log)
    {
        WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(1));
        for (int offset = 1; offset <= 2; offset++)
            log.Append(writer, new TestBatch { BaseOffset = offset, Epoch = 1 }.Build());
        log.AdvanceHighWatermark(writer, 3);
        // Records that are not on the disk yet are brought there before the start may pass them, log by log.
        log.State.Flusher.Flush(includeActive: true);
        return [new RecordTrim(log, writer, 3), new RecordTrim(log, writer, 2)];
    }
}
