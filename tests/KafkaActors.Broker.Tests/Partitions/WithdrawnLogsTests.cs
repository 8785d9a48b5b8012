using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>Logs that go: deleted, set aside and put back, and a disk that is full.</summary>
public sealed class WithdrawnLogsTests : ReplicaManagerTest
{
    [Test]
    public async Task Of_what_the_metadata_does_not_have_only_what_it_says_was_deleted_is_deleted()
    {
        TopicId deleted = TopicId.NewRandom();
        TopicId unknown = TopicId.NewRandom();
        Directory.OpenLog(new TopicPartition("deleted", 0), deleted, LogConfig.Default);
        Directory.OpenLog(new TopicPartition("unknown", 0), unknown, LogConfig.Default);
        Directory.OpenLog(new TopicPartition("reborn", 0), TopicId.NewRandom(), LogConfig.Default);
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        Publish(
            replicas,
            new MetadataEvent.TopicCreated(deleted, "deleted"), new MetadataEvent.TopicDeleted(deleted, 1, 0));

        TopicIdPartition id = Create(replicas, "reborn", leader: Self);
        await Led(id, epoch: 0);
        replicas.Tell(new ReplicaManagerProtocol.AwaitRecovered(Image.Offset), TestActor);
        var recovered = await ExpectMsgAsync<ReplicaManagerProtocol.Recovered>();

        Assert.That((recovered.Logs, recovered.Offline), Is.EqualTo((1, 0)));
        await Eventually.That(
            () => Directory.Find().Select(found => found.Name.Topic), Is.EqualTo(new[] { "reborn" }));
        await Eventually.That(
            () => Directory.Strays.Find().Select(stray => stray.Partition.Topic),
            Is.EquivalentTo(new[] { "reborn", "unknown" }));
    }

    [Test]
    public async Task Of_what_does_not_say_whose_it_is_only_a_partition_that_was_not_begun_is_removed()
    {
        string[] names = ["empty-0", "killed-0", "photos-2026", "album-1"];
        string[] paths = [.. names.Select(name => Path.Combine(Directory.DirectoryPath, name))];
        foreach (string path in paths) System.IO.Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(paths[1], "partition.metadata.tmp"), "version: 0");
        await File.WriteAllTextAsync(Path.Combine(paths[2], "summer.jpg"), "");
        System.IO.Directory.CreateDirectory(Path.Combine(paths[3], "2026"));
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        Create(replicas, "test", leader: Self);

        replicas.Tell(new ReplicaManagerProtocol.AwaitRecovered(Image.Offset), TestActor);

        await Eventually.That(() => paths.Where(System.IO.Directory.Exists), Is.EqualTo(paths[2..]));
    }

    [Test]
    public async Task A_topic_that_the_metadata_has_again_gets_its_records_back()
    {
        var id = new TopicIdPartition(TopicId.NewRandom(), 0);
        PartitionHandle before = Open("test", id: id.TopicId);
        IActorRef actor = await Lead(before);
        await Ask(actor, Append(before, Batch("a")));
        Partitions.Remove(before);
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition other = Create(replicas, "test", leader: Self);
        await Led(other, epoch: 0);
        Assert.That(Directory.Strays.Find(), Has.Count.EqualTo(1));

        Publish(replicas, new MetadataEvent.TopicDeleted(other.TopicId));
        Create(replicas, "test", leader: Self, id);

        PartitionHandle partition = await Led(id, epoch: 0);
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1));
        Assert.That(Directory.Strays.Find(), Is.Empty);
    }

    [Test]
    public async Task What_was_set_aside_goes_when_its_time_is_over()
    {
        Directory.OpenLog(new TopicPartition("unknown", 0), TopicId.NewRandom(), LogConfig.Default);
        await ReopenDirectory();
        await Directory.WithdrawAsync([new TopicPartition("unknown", 0)], Withdrawal.SetAside);
        DateTimeOffset setAside = Directory.Strays.Find()[0].SetAsideAt;
        StrayPartitions Strays(TimeSpan sinceThen) => new(
            [Directory], TimeSpan.FromDays(1), new FixedTime(setAside + sinceThen), Log);

        Strays(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1)).RemoveExpired();
        Assert.That(Directory.Strays.Find(), Has.Count.EqualTo(1));
        Strays(TimeSpan.FromDays(1)).RemoveExpired();
        Assert.That(Directory.Strays.Find(), Is.Empty);
    }

    [Test]
    public async Task Many_topics_deleted_at_once_cost_one_rewrite_of_each_checkpoint()
    {
        var disk = new FailingFileSystem();
        Files = disk;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition[] ids = [.. Enumerable.Range(0, 100).Select(i => Create(replicas, $"t{i}", leader: Self))];
        foreach (TopicIdPartition id in ids) await Led(id, epoch: 0);
        Directory.WriteCheckpoints();
        long before = disk.Flushes;

        Publish(replicas, [.. ids.Select(id => new MetadataEvent.TopicDeleted(id.TopicId))]);

        await Eventually.That(
            () => System.IO.Directory.GetDirectories(Directory.DirectoryPath).Where(IsPartition), Is.Empty);
        await Eventually.That(() => ids.Any(id => Partitions.TryGet(id, out _)), Is.False);
        Assert.That(disk.Flushes - before, Is.LessThan(25));
    }

    [Test]
    public async Task A_full_disk_refuses_records_and_takes_them_again_when_there_is_room()
    {
        var disk = new FailingFileSystem { Available = 1 << 20 };
        Files = disk;
        ReserveBytes = 1 << 16;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);
        await Ask(partition.Actor!, Append(partition, Batch("a")));

        disk.Available = (1 << 16) - 1;
        await Eventually.That(() => partition.Log.HasRoom, Is.False);
        PartitionProtocol.Appended refused = await Ask(partition.Actor!, Append(partition, Batch("b")));
        disk.Available = 1 << 20;
        await Eventually.That(() => partition.Log.HasRoom, Is.True);
        PartitionProtocol.Appended taken = await Ask(partition.Actor!, Append(partition, Batch("b")));

        Assert.That(refused.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(refused.Message, Does.Contain("is full").And.Contain(partition.Log.DirectoryPath));
        Assert.That((taken.Error, taken.BaseOffset), Is.EqualTo((ErrorCode.None, 1L)));
    }

    private static bool IsPartition(string path) => path.EndsWith("-0", StringComparison.Ordinal);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
