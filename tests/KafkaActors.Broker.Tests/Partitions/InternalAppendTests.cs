using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.NodeMessages;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>Appends of the nodes' own parts, through the real shard region, where they are serialized.</summary>
public sealed class InternalAppendTests : PartitionTest
{
    public InternalAppendTests()
        : base(
            """
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            akka.cluster.roles = ["broker", "node-1"]
            akka.cluster.sharding.distributed-data.durable.keys = []
            akka.coordinated-shutdown.exit-clr = off
            """)
    {
    }

    [Test]
    public async Task An_append_through_the_region_is_serialized_and_answered()
    {
        (IActorRef region, PartitionHandle partition) = await Start();
        var envelope = Enveloped(partition, Append(partition, Batch("a", "b"), epoch: 0));

        PartitionProtocol.Appended answer = await Through(region, envelope);

        Assert.That((answer.Error, answer.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)), answer.Message);
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(2));
        Assert.That(Sys.Serialization.FindSerializerFor(envelope), Is.TypeOf<NodeMessageSerializer>());
    }

    [Test]
    public async Task Another_epoch_a_passed_deadline_and_an_older_coordinator_are_refused()
    {
        (IActorRef region, PartitionHandle partition) = await Start();
        PartitionProtocol.Append good = Append(partition, Batch("a"), epoch: 0);
        var three = new CoordinatorEpoch(3);

        async Task<ErrorCode> ErrorOf(PartitionProtocol.Append append) =>
            (await Through(region, Enveloped(partition, append with { Batch = Batch("a") }))).Error;

        Assert.That(await ErrorOf(good with { Coordinator = three }), Is.EqualTo(ErrorCode.None));
        Assert.That(
            await ErrorOf(good with { Coordinator = new CoordinatorEpoch(2) }), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(
            await ErrorOf(good with { CurrentLeaderEpoch = new LeaderEpoch(1) }),
            Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
        Assert.That(
            await ErrorOf(good with { Deadline = DateTimeOffset.UnixEpoch }), Is.EqualTo(ErrorCode.RequestTimedOut));
        Partitions.Coordinators = Partitions.Coordinators.SetItem("another", CoordinatorAt(epoch: 9));
        Assert.That(await ErrorOf(good with { Coordinator = three }), Is.EqualTo(ErrorCode.None), "another topic's");
        Partitions.Coordinators = Partitions.Coordinators.SetItem(partition.Name.Topic, CoordinatorAt(epoch: 4));
        Assert.That(await ErrorOf(good with { Coordinator = three }), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task The_highest_coordinator_epoch_outlives_the_leadership_that_saw_it()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition, epoch: 0);
        PartitionProtocol.Append append = Append(partition, Batch("a")) with { Coordinator = new CoordinatorEpoch(5) };
        await Ask(actor, append);

        await Lead(partition, epoch: 1);
        PartitionProtocol.Appended older = await Ask(
            actor, append with { Coordinator = new CoordinatorEpoch(4), Batch = Batch("b") });

        Assert.That(older.Error, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task An_append_whose_decision_is_ahead_of_this_node_waits_for_it()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition, epoch: 0);
        PartitionProtocol.Append ahead = Append(partition, Batch("a"), epoch: 1) with
        {
            DecidedAt = new MetadataOffset(7),
        };

        actor.Tell(ahead, TestActor);
        await Eventually.True(() => partition.HasPending, "that it waits");
        await Lead(partition, epoch: 1);

        var answer = await ExpectMsgAsync<PartitionProtocol.Appended>();
        Assert.That((answer.Error, answer.LeaderEpoch), Is.EqualTo((ErrorCode.None, new LeaderEpoch(1))));
    }

    [Test]
    public async Task An_append_that_waits_for_metadata_is_answered_when_its_time_is_over()
    {
        PartitionHandle partition = Open("test");
        Assign(partition, ReplicaRole.Follower, 0);
        IActorRef actor = Start(partition);
        PartitionProtocol.Append ahead = Append(partition, Batch("a"), epoch: 1) with
        {
            DecidedAt = new MetadataOffset(7), Deadline = TimeProvider.System.GetUtcNow().AddMilliseconds(200),
        };

        actor.Tell(ahead, TestActor);
        await Eventually.True(() => partition.HasPending, "that it waits");
        await Eventually.True(
            () =>
            {
                actor.Tell(PartitionProtocol.ExpirePending.Instance);
                return HasMessages;
            },
            "that it waits no more");

        var answer = await ExpectMsgAsync<PartitionProtocol.Appended>();
        Assert.That(answer.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    private async Task<(IActorRef Region, PartitionHandle Partition)> Start()
    {
        Cluster cluster = Cluster.Get(Sys);
        await cluster.JoinAsync(cluster.SelfAddress);
        PartitionHandle partition = Open("test");
        Assign(partition, ReplicaRole.Leader, 0);
        IActorRef region = PartitionSharding.Start(Sys, TimeProvider.System, PartitionLimits.Default);
        region.Tell(new PartitionEnvelope(Self, partition.Id, PartitionProtocol.AssignmentChanged.Instance));
        await Eventually.True(() => partition.Route is not null, "the partition is led", TimeSpan.FromSeconds(60));
        return (region, partition);
    }

    private async Task<PartitionProtocol.Appended> Through(IActorRef region, PartitionEnvelope envelope)
    {
        region.Tell(envelope, TestActor);
        return await ExpectMsgAsync<PartitionProtocol.Appended>();
    }

    private static PartitionEnvelope Enveloped(PartitionHandle partition, PartitionProtocol.Append append) =>
        new(Self, partition.Id, append);

    private static CoordinatorImage CoordinatorAt(int epoch) => new(Self, new CoordinatorEpoch(epoch));
}
