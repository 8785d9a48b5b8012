using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

public sealed class ReplicaManagerTests : PartitionTest
{
    private MetadataImage _image = MetadataImage.Empty;

    // A delta of the metadata belongs to the pure core, stays on its node, and is bound to no serializer.
    public ReplicaManagerTests()
        : base("akka.actor.serialize-messages = off")
    {
    }

    [Test]
    public async Task A_partition_of_this_node_is_opened_and_led()
    {
        IActorRef replicas = StartReplicas();
        TopicIdPartition id = Create(replicas, "test", leader: Self);

        PartitionHandle partition = await Led(id, epoch: 0);
        ProduceProtocol.Appended answer = await Ask(partition.Actor!, Append(partition, Batch("a")));

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
    public async Task What_a_deleted_topic_left_on_the_disk_goes_once_the_logs_are_open()
    {
        PartitionLog stray = Directory.OpenLog(
            new TopicPartition("stray", 0), TopicId.NewRandom(), LogConfig.Default);
        PartitionLog reborn = Directory.OpenLog(
            new TopicPartition("reborn", 0), TopicId.NewRandom(), LogConfig.Default);
        Assert.That((stray.LogEndOffset, reborn.LogEndOffset), Is.EqualTo((0L, 0L)));
        await ReopenDirectory();
        IActorRef replicas = StartReplicas();

        TopicIdPartition id = Create(replicas, "reborn", leader: Self);
        await Led(id, epoch: 0);
        replicas.Tell(new ReplicaManagerProtocol.AwaitRecovered(_image.Offset), TestActor);
        var recovered = await ExpectMsgAsync<ReplicaManagerProtocol.Recovered>();

        Assert.That((recovered.Logs, recovered.Offline), Is.EqualTo((1, 0)));
        await Eventually.That(
            () => Directory.Find().Select(found => found.Name.Topic), Is.EqualTo(new[] { "reborn" }));
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
        ProduceProtocol.Appended refused = await Ask(partition.Actor!, Append(partition, Batch("a")));
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

    private IActorRef StartReplicas()
    {
        var settings = new ReplicaManagerSettings(
            Self, 2, 2, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
        var directories = new LogDirectories([Directory]);
        var topics = new TopicLogSettings(TopicConfigDefaults.Kafka, Self);
        IActorRef region = Sys.ActorOf(Props.Create(() => new LocalRegion()));
        return Sys.ActorOf(
            Props.Create(() => new ReplicaManager(settings, directories, topics, region, TimeProvider.System)));
    }

    private TopicIdPartition Create(IActorRef replicas, string topic, NodeId leader)
    {
        var id = new TopicIdPartition(TopicId.NewRandom(), 0);
        Publish(
            replicas,
            new MetadataEvent.TopicCreated(id.TopicId, topic),
            new MetadataEvent.PartitionAdded(
                id, [Self], leader, new LeaderEpoch(0), new PartitionEpoch(0), [Self], []));
        return id;
    }

    private void Change(IActorRef replicas, TopicIdPartition id, NodeId leader, int epoch) => Publish(
        replicas,
        new MetadataEvent.PartitionChanged(
            id, leader, new LeaderEpoch(epoch), _image.Partition(id)!.PartitionEpoch.Next(), [Self], []));

    private void Publish(IActorRef replicas, params MetadataEvent[] events)
    {
        MetadataImage before = _image;
        _image = before.Apply(events, before.Offset.Next());
        replicas.Tell(MetadataDelta.Between(before, _image));
    }

    private async Task<PartitionHandle> Led(TopicIdPartition id, int epoch)
    {
        await Eventually.True(
            () => Partitions.TryGet(id, out PartitionHandle? found) && found.Route?.Epoch == new LeaderEpoch(epoch),
            $"{id} is led under epoch {epoch}");
        Partitions.TryGet(id, out PartitionHandle? partition);
        return partition!;
    }
}
