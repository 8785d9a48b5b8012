using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>
/// Base of fixtures of the coordinator. Partition 0 of the offsets topic has a real log here and is led by a probe,
/// and any other partition is led by the other node.
/// </summary>
public abstract class CoordinatorTest : GroupTest
{
    /// <summary>In partition 0, of one and of two.</summary>
    internal const string GroupId = "my-group";

    /// <summary>In partition 1 of two.</summary>
    internal const string ElsewhereId = "orders";

    private TestProbe _metadata = null!;

    internal TestProbe Leader { get; private set; } = null!;

    internal CoordinatorDoor Door { get; private set; } = null!;

    internal PartitionHandle Partition { get; private set; } = null!;

    [SetUp]
    public void LeadPartition()
    {
        Sys.ActorOf(Props.Create<LostCalls>());
        Leader = CreateTestProbe("leader");
        _metadata = CreateTestProbe("metadata");
        Image = ImageOf(Self);
        Door = new CoordinatorDoor(Tenant, Self, () => Image);
        Partition = Open(OffsetsTopic.Name, id: OffsetsTopicId);
        Assign(Partition, ReplicaRole.Leader, Epoch.Value);
        Partition.Route = new LeaderRoute(Leader.Ref, Epoch, 0);
    }

    /// <summary>A coordinator that knows this node's metadata and has asked for an epoch.</summary>
    internal async Task<IActorRef> Start()
    {
        CoordinatorServices services = Services(Door) with { Metadata = _metadata.Ref };
        IActorRef coordinator = Sys.ActorOf(Props.Create(() => new CoordinatorActor(services)));
        await _metadata.ExpectMsgAsync<MetadataFollowerProtocol.Subscribe>().ConfigureAwait(false);
        Tell(coordinator, MetadataImage.Empty);
        return coordinator;
    }

    /// <summary>A coordinator whose partition 0 is fenced and read.</summary>
    internal async Task<IActorRef> StartServing(int epoch = 4)
    {
        IActorRef coordinator = await Start().ConfigureAwait(false);
        await Grant(epoch).ConfigureAwait(false);
        Store(await NextFence(epoch).ConfigureAwait(false));
        await Served(coordinator).ConfigureAwait(false);
        return coordinator;
    }

    /// <summary>Tells the coordinator what became of the metadata since.</summary>
    internal void Tell(IActorRef coordinator, MetadataImage before) => coordinator.Tell(
        new MetadataFollowerProtocol.MetadataChanged(MetadataDelta.Between(before, Image)), TestActor);

    /// <summary>Answers, as the controller, that the coordinator may start under the epoch.</summary>
    internal async Task Grant(int epoch)
    {
        var asked = await Controller.ExpectMsgAsync<ControllerProtocol.StartCoordinator>().ConfigureAwait(false);
        Assert.That(
            (asked.Topic, asked.Node, asked.Epoch), Is.EqualTo((OffsetsTopic.Name, Self, new BrokerEpoch(5))));
        Image = Image with
        {
            Coordinators = Image.Coordinators.SetItem(
                OffsetsTopic.Name, new CoordinatorImage(Self, new CoordinatorEpoch(epoch))),
        };
        Controller.Sender.Tell(new ControllerProtocol.CoordinatorDecided(
            asked.Id, ErrorCode.None, new CoordinatorEpoch(epoch), Image.Offset));
    }

    /// <summary>The next append to partition 0.</summary>
    internal async Task<SentAppend> NextLocalAppend()
    {
        var append = await Leader.ExpectMsgAsync<PartitionProtocol.Append>().ConfigureAwait(false);
        return new SentAppend(append, Leader.Sender);
    }

    internal async Task<SentAppend> NextFence(int epoch)
    {
        SentAppend fence = await NextLocalAppend().ConfigureAwait(false);
        Assert.That(fence.Append.Coordinator, Is.EqualTo(new CoordinatorEpoch(epoch)));
        var loaded = new LoadedPartition(Tenant, null);
        PartitionLoader.Take(fence.Append.Batch, 1, loaded);
        Assert.That(loaded.RecordCount, Is.Zero, "a fence");
        return fence;
    }

    /// <summary>Writes the append to the log and says so, as the partition's leader.</summary>
    internal void Store(SentAppend sent) => sent.Answer(ErrorCode.None, Store(sent.Append.Batch.ToArray()));

    internal void Store(params CoordinatorRecord[] records) => Store(GroupRequests.Batch(0, records));

    /// <summary>As the node's doors ask, whatever actor is named.</summary>
    internal override OpenCall Ask(IActorRef actor, string groupId, object request, short version = 9)
    {
        OpenCall call = Open(groupId, request, version);
        ErrorCode error = Door.TryGet(groupId, out IActorRef partition);
        if (error == ErrorCode.None) partition.Tell(call.Call, TestActor);
        else call.Call.Refuse(error);
        return call;
    }

    /// <summary>The groups that have an actor.</summary>
    internal static IActorRef[] KeysOf(IActorRef coordinator) =>
        [.. ((ActorRefWithCell)coordinator).Children.SelectMany(each => ((ActorRefWithCell)each).Children)];

    /// <summary>Waits until the group of partition 0 is answered otherwise than that it is being loaded.</summary>
    internal Task Served(IActorRef coordinator) => Eventually.True(
        async () => await Fetch(coordinator).ErrorAsync().ConfigureAwait(false)
            != ErrorCode.CoordinatorLoadInProgress,
        "partition 0 is loaded");

    internal OpenCall Commit(IActorRef coordinator, long offset, string groupId = GroupId) =>
        Ask(coordinator, groupId, GroupRequests.Commit(groupId, offset));

    internal OpenCall Fetch(IActorRef coordinator, string groupId = GroupId) =>
        Ask(coordinator, groupId, GroupRequests.Fetch(groupId));

    private long Store(byte[] batch)
    {
        RecordBatchPatcher.AssignOffsets(batch, Partition.Log.LogEndOffset, Epoch);
        RecordBatch.TryRead(batch, out RecordBatch placed);
        LogAppendResult result = Partition.Log.Append(Partition.Assignment.Token!, placed);
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        return placed.BaseOffset;
    }
}
