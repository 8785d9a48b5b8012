using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests;

/// <summary>A directory on a disk that fills up, with a reserve for the ways out.</summary>
public sealed class DiskSpaceTests
{
    private const long Reserve = 64 * 1024;
    private const string ReservePath = "/data/.reserve";

    private static readonly TopicPartition Name = new("events", 0);
    private static readonly TopicId Id = new(new Guid("5f0e4a52-6a30-4b0c-9a52-0d2f8f3f2f11"));
    private static readonly LogConfig Config = LogConfig.Default with
    {
        SegmentBytes = 32 * 1024, FileDeleteDelay = TimeSpan.Zero,
    };

    [Test]
    public async Task Records_end_before_the_disk_does_and_everything_else_goes_on()
    {
        var disk = new SimulatedFileSystem { FreeBytes = 1 << 20 };
        LogDirectory directory = Open(disk);
        PartitionLog log = directory.OpenLog(Name, Id, Config);
        WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
        FillUp(log, writer);

        Assert.That(log.Failure, Is.Null);
        Assert.That(disk.FreeBytes, Is.GreaterThan(Reserve / 2));
        Assert.That(disk.FileExists(ReservePath), Is.True);
        long end = log.LogEndOffset;
        await directory.DisposeAsync();
        Assert.That(disk.FileExists("/data/" + LogFileNames.CleanShutdown), Is.True);

        LogDirectory again = Open(disk);
        PartitionLog reopened = again.OpenLog(Name, Id, Config);
        Assert.That((reopened.LogEndOffset, reopened.HasRoom), Is.EqualTo((end, false)));
        WriterToken next = reopened.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(1));
        reopened.AdvanceHighWatermark(next, end);
        Assert.That(reopened.DeleteRecordsBefore(next, end), Is.EqualTo(ErrorCode.None));
        await TestKit.Eventually.That(
            () =>
            {
                again.LookForRoom();
                return again.HasRoom;
            },
            Is.True);
        Assert.That(reopened.Failure, Is.Null);
        await again.DisposeAsync();
    }

    [Test]
    public async Task Retention_frees_a_full_disk()
    {
        var disk = new SimulatedFileSystem { FreeBytes = 1 << 20 };
        await using LogDirectory directory = Open(disk);
        PartitionLog log = directory.OpenLog(Name, Id, Config with { RetentionBytes = Config.SegmentBytes });
        WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
        FillUp(log, writer);
        log.AdvanceHighWatermark(writer, log.LogEndOffset);
        disk.FreeBytes = 0;

        Assert.That(log.ApplyRetention(DateTimeOffset.UnixEpoch), Is.GreaterThan(1));

        await TestKit.Eventually.That(
            () =>
            {
                directory.LookForRoom();
                return directory.HasRoom;
            },
            Is.True);
        Assert.That(log.Failure, Is.Null);
    }

    [Test]
    public async Task What_others_have_filled_is_lived_through_with_the_reserve_which_is_taken_again()
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = Open(disk);
        disk.FreeBytes = 0;

        directory.SaveMeta(directory.Meta with { BrokerEpoch = new BrokerEpoch(7) });

        Assert.That(disk.FileExists(ReservePath), Is.False);
        Assert.That(directory.HasRoom, Is.False);
        Assert.That(
            MetaPropertiesFile.Read(disk, "/data/" + LogFileNames.MetaProperties)!.BrokerEpoch,
            Is.EqualTo(new BrokerEpoch(7)));
        disk.FreeBytes = 2 * Reserve;
        directory.LookForRoom();
        Assert.That(disk.FileExists(ReservePath), Is.True);
        Assert.That(directory.HasRoom, Is.False);
        disk.FreeBytes = 2 * Reserve;
        directory.LookForRoom();
        Assert.That(directory.HasRoom, Is.True);
    }

    [TestCase(Reserve, true, true)]
    [TestCase(Reserve - 1, false, true)]
    [TestCase(Reserve / 2, false, true)]
    [TestCase((Reserve / 2) - 1, false, false)]
    public async Task Groups_may_write_a_little_longer_than_producers(long free, bool producers, bool groups)
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = Open(disk);
        PartitionLog log = directory.OpenLog(Name, Id, Config);
        disk.FreeBytes = free;
        directory.LookForRoom();
        Assert.That((log.HasRoom, log.HasRoomForCoordinators), Is.EqualTo((producers, groups)));
    }

    [Test]
    public async Task Records_do_not_touch_the_reserve()
    {
        var disk = new SimulatedFileSystem();
        await using LogDirectory directory = Open(disk);
        PartitionLog log = directory.OpenLog(Name, Id, Config);
        WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
        disk.FreeBytes = 10;

        LogAppendResult result = log.Append(writer, new TestBatch().Build());

        Assert.That(result.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(log.Failure!.Message, Does.Contain("make room on the disk and restart the node"));
        Assert.That(disk.FileExists(ReservePath), Is.True);
        Assert.That(directory.HasRoom, Is.False);
    }

    [Test]
    public async Task A_start_on_a_full_disk_frees_what_was_deleted_before_it_writes()
    {
        var disk = new SimulatedFileSystem();
        LogDirectory directory = Open(disk);
        PartitionLog log = directory.OpenLog(Name, Id, Config with { FileDeleteDelay = TimeSpan.FromDays(1) });
        WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
        while (log.SizeInBytes < 3 * Reserve) Append(log, writer);
        await directory.WithdrawAsync([log], Withdrawal.Delete);
        await directory.DisposeAsync();
        disk.DeleteFile(ReservePath);
        disk.FreeBytes = 0;

        await using LogDirectory again = Open(disk);

        Assert.That(disk.FileExists(ReservePath), Is.True);
        Assert.That(disk.DirectoryNames("/data"), Is.Empty);
    }

    private static LogDirectory Open(SimulatedFileSystem disk) => LogDirectory.Open(
        new LogDirectoryOptions { Path = "/data", NodeId = new NodeId(1), Files = disk, ReserveBytes = Reserve });

    /// <summary>Appends as a partition does, which asks for room before it accepts a batch.</summary>
    private static void FillUp(PartitionLog log, WriterToken writer)
    {
        for (int i = 0; log.HasRoom; i++)
        {
            Assert.That(i, Is.LessThan(100_000));
            Append(log, writer);
        }
    }

    private static void Append(PartitionLog log, WriterToken writer)
    {
        var batch = new TestBatch
        {
            BaseOffset = log.LogEndOffset, Epoch = writer.LeaderEpoch.Value, PayloadBytes = 500,
        };
        Assert.That(log.Append(writer, batch.Build()).Error, Is.EqualTo(ErrorCode.None));
    }
}
