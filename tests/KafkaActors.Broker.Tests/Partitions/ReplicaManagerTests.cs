using System.Text;
using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

public sealed class ReplicaManagerTests : ReplicaManagerTest
{
    [Test]
    public async Task A_partition_of_this_node_is_opened_and_led()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);

        PartitionHandle partition = await Led(id, epoch: 0);
        PartitionProtocol.Appended answer = await Ask(partition.Actor!, Append(partition, Batch("a")));

        Assert.That(answer.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_new_epoch_reaches_the_partition_although_nothing_else_changed()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        Change(replicas, id, Self, epoch: 1);

        await Led(id, epoch: 1);
        Assert.That(partition.Log.LatestEpoch, Is.EqualTo(new LeaderEpoch(1)));
    }

    [Test]
    public async Task A_partition_that_loses_its_leadership_refuses_to_serve()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        Change(replicas, id, new NodeId(2), epoch: 1);

        await Eventually.True(() => partition.Route is null, "the leadership ends");
        Assert.That(partition.CheckLeader(LeaderEpoch.None, out _), Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    [Test]
    public async Task A_process_leads_nothing_under_the_registration_of_another_process_of_its_node()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        Publish(replicas, Registered(Self, Guid.NewGuid(), Image.Offset.Next().Value));

        await Eventually.True(() => partition.Route is null, "the leadership ends");
        Assert.That(partition.CheckLeader(LeaderEpoch.None, out _), Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    [Test]
    public async Task A_brokers_new_registration_reaches_the_leaders_of_its_replicas()
    {
        var other = new NodeId(2);
        Publish(ActorRefs.Nobody, Registered(other, Guid.NewGuid(), Image.Offset.Next().Value));
        IActorRef replicas = StartReplicas();
        var id = new TopicIdPartition(TopicId.NewRandom(), 0);
        Publish(
            replicas,
            new MetadataEvent.TopicCreated(id.TopicId, "test"),
            new MetadataEvent.PartitionAdded(
                id, [Self, other], Self, new LeaderEpoch(0), new PartitionEpoch(0), [Self], []));
        PartitionHandle partition = await Led(id, epoch: 0);

        long epoch = Image.Offset.Next().Value;
        Publish(replicas, Registered(other, Guid.NewGuid(), epoch));

        await Eventually.True(
            () => partition.Assignment.Brokers[other].Epoch == new BrokerEpoch(epoch),
            "the leader knows the restarted follower");
        Assert.That(partition.Route?.Epoch, Is.EqualTo(new LeaderEpoch(0)), "nothing else changed");
    }

    [Test]
    public async Task A_topic_created_again_under_its_name_has_a_log_of_its_own()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition first = Create(replicas, "test", leader: Self);
        PartitionHandle old = await Led(first, epoch: 0);
        await Ask(old.Actor!, Append(old, Batch("a")));

        Publish(replicas, new MetadataEvent.TopicDeleted(first.TopicId));
        TopicIdPartition second = Create(replicas, "test", leader: Self);

        PartitionHandle partition = await Led(second, epoch: 0);
        Assert.That(partition.Log.LogEndOffset, Is.Zero);
        Assert.That(Partitions.TryGet(first, out _), Is.False);
        await Eventually.True(() => old.Actor is null, "the deleted partition's entity ends");
    }

    [Test]
    public async Task A_topics_new_configuration_reaches_its_log_and_its_leader()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        Publish(
            replicas,
            new MetadataEvent.ConfigChanged(ConfigResource.Topic("test"), "max.message.bytes", "50"),
            new MetadataEvent.ConfigChanged(ConfigResource.Topic("test"), "flush.policy", "group-commit"));

        await Eventually.That(() => partition.Log.Config.MaxMessageBytes, Is.EqualTo(50));
        PartitionProtocol.Appended refused = await Ask(partition.Actor!, Append(partition, Batch("a")));
        Assert.That(refused.Error, Is.EqualTo(ErrorCode.MessageTooLarge));
        Assert.That(partition.Assignment.Settings.IsGroupCommit, Is.True);
    }

    [Test]
    public async Task A_failed_log_takes_its_partition_offline_until_the_node_restarts()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        replicas.Tell(new ReplicaManagerProtocol.LogFailed(partition.Log));

        await Eventually.True(() => partition.Route is null, "the leadership ends");
        Assert.That(partition.CheckLeader(LeaderEpoch.None, out _), Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task A_disk_that_fails_is_reported_and_the_others_go_on_until_it_is_healthy()
    {
        var disk = new FailingFileSystem();
        Files = disk;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition bad = Create(replicas, "bad", leader: Self);
        TopicIdPartition good = Create(replicas, "good", leader: Self);
        PartitionHandle failing = await Led(bad, epoch: 0);
        PartitionHandle healthy = await Led(good, epoch: 0);
        await Ask(failing.Actor!, Append(failing, Batch("kept")));

        disk.FailsWritesTo = "bad-0";
        PartitionProtocol.Appended lost = await Ask(failing.Actor!, Append(failing, Batch("lost")));
        var report = await Controller.ExpectMsgAsync<ControllerProtocol.ReportOffline>();
        PartitionProtocol.Appended other = await Ask(healthy.Actor!, Append(healthy, Batch("a")));

        Assert.That(lost.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(report.Partitions, Is.EqualTo(new[] { bad }));
        Assert.That(other.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(failing.CheckLeader(LeaderEpoch.None, out _), Is.EqualTo(ErrorCode.KafkaStorageError));

        Sys.Stop(replicas);
        foreach (PartitionHandle partition in new[] { failing, healthy }) Partitions.Remove(partition);
        disk.FailsWritesTo = null;
        await ReopenDirectory();
        replicas = StartReplicas();
        replicas.Tell(new MetadataFollowerProtocol.MetadataChanged(MetadataDelta.Between(MetadataImage.Empty, Image)));
        PartitionHandle again = await Led(bad, epoch: 0);
        PartitionProtocol.Appended next = await Ask(again.Actor!, Append(again, Batch("next")));
        Assert.That((next.Error, next.BaseOffset), Is.EqualTo((ErrorCode.None, 1L)));
    }

    [Test]
    public async Task The_controller_is_told_of_a_failed_log_until_its_metadata_shows_it()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);

        replicas.Tell(new ReplicaManagerProtocol.LogFailed(partition.Log));
        var first = await Controller.ExpectMsgAsync<ControllerProtocol.ReportOffline>();
        replicas.Tell(new ControllerProtocol.Refused(first.Id, ErrorCode.RequestTimedOut, "unknown"), Controller.Ref);
        var second = await Controller.ExpectMsgAsync<ControllerProtocol.ReportOffline>();
        Change(replicas, id, NodeId.None, epoch: 1);
        replicas.Tell(
            new ControllerProtocol.BrokerDecided(
                second.Id, ErrorCode.None, null, second.Epoch, Image.Offset),
            Controller.Ref);
        Change(replicas, id, Self, epoch: 2);
        var third = await Controller.ExpectMsgAsync<ControllerProtocol.ReportOffline>();

        Assert.That(new[] { first.Id, second.Id, third.Id }, Is.Ordered.Ascending.And.Unique);
        Assert.That(partition.CheckLeader(LeaderEpoch.None, out _), Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task A_leader_epoch_that_cannot_be_written_yet_holds_up_no_other_partition()
    {
        using var release = new ManualResetEventSlim();
        var disk = new FailingFileSystem();
        Files = disk;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition slow = Create(replicas, "slow", leader: new NodeId(2));
        await Eventually.True(() => Partitions.TryGet(slow, out _), "it follows");
        disk.Hangs = ("slow-0", release);
        Change(replicas, slow, Self, epoch: 1);
        TopicIdPartition other = Create(replicas, "other", leader: Self);

        PartitionHandle healthy = await Led(other, epoch: 0);
        PartitionProtocol.Appended answer = await Ask(healthy.Actor!, Append(healthy, Batch("a")));
        Assert.That(answer.Error, Is.EqualTo(ErrorCode.None));
        Change(replicas, slow, Self, epoch: 2);
        disk.Hangs = null;
        release.Set();

        PartitionHandle led = await Led(slow, epoch: 2);
        Assert.That(led.Log.LatestEpoch, Is.EqualTo(new LeaderEpoch(2)), "what changed meanwhile counts");
    }

    [Test]
    public async Task A_topic_that_is_deleted_while_its_writer_is_taken_goes_and_another_of_its_name_comes()
    {
        using var release = new ManualResetEventSlim();
        var disk = new FailingFileSystem();
        Files = disk;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        TopicIdPartition first = Create(replicas, "test", leader: new NodeId(2));
        await Eventually.True(() => Partitions.TryGet(first, out _), "it follows");
        disk.Hangs = ("test-0", release);
        Change(replicas, first, Self, epoch: 1);
        Publish(replicas, new MetadataEvent.TopicDeleted(first.TopicId));
        TopicIdPartition second = Create(replicas, "test", leader: Self);
        disk.Hangs = null;
        release.Set();

        PartitionHandle partition = await Led(second, epoch: 0);
        Assert.That(partition.Log.TopicId, Is.EqualTo(second.TopicId));
        Assert.That(Partitions.TryGet(first, out _), Is.False);
    }

    [Test]
    public async Task A_partition_that_stops_by_itself_is_started_again()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);
        IActorRef first = partition.Actor!;

        first.Tell(PoisonPill.Instance);

        await Eventually.True(() => partition.Actor is { } next && !next.Equals(first), "another entity");
        await Led(id, epoch: 0);
        PartitionProtocol.Appended answer = await Ask(partition.Actor!, Append(partition, Batch("a")));
        Assert.That(answer.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task The_log_of_a_compacted_topic_is_compacted()
    {
        IActorRef replicas = StartReplicas();
        PartitionHandle partition = await Compacted(replicas, "test");

        await Eventually.That(() => FirstDirty(partition), Is.GreaterThanOrEqualTo(20));

        using LogReadResult read = partition.Log.Read(0, long.MaxValue, 1, atLeastOneBatch: true);
        Assert.That((read.Error, read.FirstOffset), Is.EqualTo((ErrorCode.None, 19L)));
    }

    [Test]
    public async Task A_log_that_cannot_be_compacted_serves_on_and_holds_up_no_other()
    {
        var disk = new FailingFileSystem { FailsWritesTo = "bad-0/00000000000000000000.log.cleaned" };
        Files = disk;
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();
        PartitionHandle failing = await Compacted(replicas, "bad");
        PartitionHandle healthy = await Compacted(replicas, "good");

        await Eventually.That(() => FirstDirty(healthy), Is.GreaterThanOrEqualTo(20));

        PartitionProtocol.Appended answer = await Ask(failing.Actor!, Append(failing, Keyed("b")));
        Assert.That((answer.Error, answer.BaseOffset), Is.EqualTo((ErrorCode.None, 21L)));
        Assert.That(FirstDirty(failing), Is.Zero);
        using LogReadResult read = failing.Log.Read(0, long.MaxValue, 1, atLeastOneBatch: true);
        Assert.That((read.Error, read.FirstOffset), Is.EqualTo((ErrorCode.None, 0L)));
    }

    private static long? FirstDirty(PartitionHandle partition) =>
        partition.Log.PlanCleaning(TimeProvider.System.GetUtcNow())?.FirstDirtyOffset;

    private static byte[] Keyed(string key)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        builder.TryAppend(now, Encoding.UTF8.GetBytes(key), new byte[100]);
        return builder.Build();
    }

    /// <summary>A topic with twenty records of one key in sealed segments, and another record.</summary>
    private async Task<PartitionHandle> Compacted(IActorRef replicas, string topic)
    {
        TopicIdPartition id = Create(replicas, topic, leader: Self);
        PartitionHandle partition = await Led(id, epoch: 0);
        var resource = ConfigResource.Topic(topic);
        Publish(
            replicas,
            new MetadataEvent.ConfigChanged(resource, "segment.bytes", "400"),
            new MetadataEvent.ConfigChanged(resource, "min.cleanable.dirty.ratio", "0"),
            new MetadataEvent.ConfigChanged(resource, "cleanup.policy", "compact"));
        await Eventually.That(() => partition.Assignment.Settings.Rules.IsCompacted, Is.True);
        for (int i = 0; i < 20; i++) await Ask(partition.Actor!, Append(partition, Keyed("a")));
        partition.Log.UpdateConfig(partition.Log.Config with { SegmentBytes = 1 });
        await Ask(partition.Actor!, Append(partition, Keyed("z")));
        return partition;
    }
}
