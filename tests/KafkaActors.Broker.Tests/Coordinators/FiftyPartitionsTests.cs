using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
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
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>
/// A coordinator over fifty partitions with groups in each. What happens to the appends of one partition is not noticed
/// by the groups of the others, whatever they ask.
/// </summary>
public sealed class FiftyPartitionsTests : GroupTest
{
    private const int Count = 50;
    private const int Broken = 17;

    private readonly ConcurrentDictionary<int, AppendFault> _faults = new();
    private readonly Dictionary<(char Kind, int Partition), string> _ids = [];
    private readonly PartitionHandle[] _logs = new PartitionHandle[Count];
    private CoordinatorDoor _door = null!;
    private IActorRef _coordinator = null!;
    private IActorRef _leader = null!;

    [TestCase(AppendFault.Failed)]
    [TestCase(AppendFault.Slow)]
    [TestCase(AppendFault.Fenced)]
    [TestCase(AppendFault.Unknown)]
    public async Task An_append_that_goes_wrong_in_one_partition_is_noticed_in_no_other(AppendFault fault)
    {
        await Start();
        _faults[Broken] = fault;
        var inBroken = new List<OpenCall>();
        foreach ((int number, GroupStep step) in GroupStep.All.Index())
        {
            // Another group each time: one that has failed is refused before it appends anything.
            inBroken.Add(Ask(IdOf((char)('A' + number), Broken), step: null));
            inBroken.Add(Ask(IdOf(step.Kind, Broken), step));
            await Tick(AppendLinger);
            OpenCall[] others = [.. Others.Select(partition => Ask(IdOf(step.Kind, partition), step))];
            foreach (OpenCall call in others)
                Assert.That(await call.ErrorAsync(), Is.EqualTo(ErrorCode.None), $"{step.Name} of {call.Call.GroupId}");
            await AssertListed($"after {step.Name}");
        }

        await Heal(fault, () => inBroken.All(call => call.IsAnswered));
        foreach (OpenCall call in inBroken)
        {
            ErrorCode error = await call.ErrorAsync();
            if (fault == AppendFault.Slow) Assert.That(error, Is.EqualTo(ErrorCode.None), call.Call.Request.ToString());
        }

        Assert.That(Controller.HasMessages, Is.False, "the coordinator has not started anew");
        long offset = await FetchAsync(IdOf(GroupStep.Offsets, Broken));
        bool isStored = fault is AppendFault.Slow or AppendFault.Unknown;
        Assert.That(offset, Is.EqualTo(isStored ? -1 : 1), "as the log has it");
    }

    [Test]
    public async Task A_partition_whose_actor_stops_is_read_again_alone()
    {
        await Start();
        _door.TryGet(IdOf(GroupStep.Offsets, Broken), out IActorRef partition);
        await EventFilter.Error(contains: $"partition {Broken} of").ExpectOneAsync(() =>
        {
            partition.Tell(PoisonPill.Instance);
            return Task.CompletedTask;
        });

        foreach (int other in Others) Assert.That(await FetchAsync(IdOf(GroupStep.Offsets, other)), Is.EqualTo(1));
        Assert.That(
            await Ask(IdOf(GroupStep.Offsets, Broken), step: null).ErrorAsync(),
            Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Assert.That(_door.Status!.Loaded, Is.EqualTo(Count - 1));
        await Tick(RetryBackoff);
        await Served(Count);
        Assert.That(await FetchAsync(IdOf(GroupStep.Offsets, Broken)), Is.EqualTo(1));
    }

    [Test]
    public async Task Loading_tells_how_far_it_is_and_serves_each_partition_as_soon_as_it_is_read()
    {
        Sys.EventStream.SetLogLevel(LogLevel.InfoLevel);
        _faults[Broken] = AppendFault.Slow;
        await EventFilter.Info(contains: "loaded 49 of 50 partitions of __consumer_offsets: 147 records of 98 groups")
            .ExpectOneAsync(async () =>
            {
                await Start(Count - 1);
                Assert.That(_door.Status!.LoadedIn, Is.Null);
                Assert.That(
                    _door.Status.Partitions[Broken].State, Is.EqualTo(CoordinatedPartitionState.Fencing));
                foreach (int other in Others)
                    Assert.That(await FetchAsync(IdOf(GroupStep.Offsets, other)), Is.EqualTo(1));
                await Tick(TimeSpan.FromSeconds(5));
            });

        await EventFilter.Info(contains: "loaded 50 of 50 partitions of __consumer_offsets: 150 records of 100 groups")
            .ExpectOneAsync(() => Heal(AppendFault.Slow, () => true));
        Assert.That(_door.Status!.LoadedIn, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(5)));
    }

    private static IEnumerable<int> Others => Enumerable.Range(0, Count).Where(partition => partition != Broken);

    private async Task Start(int loaded = Count)
    {
        Sys.ActorOf(Props.Create<LostCalls>());
        Image = ImageOf([.. Enumerable.Repeat(Self, Count)]);
        _leader = Sys.ActorOf(Props.Create(() => new InjectedLeader(_faults, Store)));
        for (int partition = 0; partition < Count; partition++) Lead(partition);
        _door = new CoordinatorDoor(Tenant, Self, () => Image);
        TestProbe metadata = CreateTestProbe("metadata");
        CoordinatorServices services = Services(_door) with { Metadata = metadata.Ref };
        _coordinator = Sys.ActorOf(Props.Create(() => new CoordinatorActor(services)), "fifty");
        await metadata.ExpectMsgAsync<MetadataFollowerProtocol.Subscribe>();
        _coordinator.Tell(new MetadataFollowerProtocol.MetadataChanged(
            MetadataDelta.Between(MetadataImage.Empty, Image)));
        var asked = await Controller.ExpectMsgAsync<ControllerProtocol.StartCoordinator>();
        var at = new CoordinatorImage(Self, new CoordinatorEpoch(4));
        Image = Image with { Coordinators = Image.Coordinators.SetItem(OffsetsTopic.Name, at) };
        Controller.Sender.Tell(new ControllerProtocol.CoordinatorDecided(
            asked.Id, ErrorCode.None, at.Epoch, Image.Offset));
        await Served(loaded);
    }

    private void Lead(int index)
    {
        PartitionHandle partition = Open(OffsetsTopic.Name, id: OffsetsTopicId, index: index);
        Assign(partition, ReplicaRole.Leader, Epoch.Value);
        partition.Route = new LeaderRoute(_leader, Epoch, 0);
        _logs[index] = partition;
        Store(index, GroupRequests.Batch(
            0, GroupStep.RecordsBefore(IdOf(GroupStep.Classic, index), IdOf(GroupStep.Offsets, index))));
    }

    private long Store(PartitionProtocol.Append append) => Store(append.Partition.Partition, append.Batch.ToArray());

    private long Store(int index, byte[] batch)
    {
        PartitionHandle partition = _logs[index];
        RecordBatchPatcher.AssignOffsets(batch, partition.Log.LogEndOffset, Epoch);
        RecordBatch.TryRead(batch, out RecordBatch placed);
        Assert.That(partition.Log.Append(partition.Assignment.Token!, placed).Error, Is.EqualTo(ErrorCode.None));
        return placed.BaseOffset;
    }

    /// <summary>A group of the kind that is kept in the partition.</summary>
    private string IdOf(char kind, int partition)
    {
        for (int number = 0; !_ids.ContainsKey((kind, partition)); number++)
        {
            string id = $"{kind}-{number}";
            _ids.TryAdd((kind, CoordinatorKeys.PartitionOf(id, Count)), id);
        }

        return _ids[(kind, partition)];
    }

    /// <param name="step">Null for the commit of an offset.</param>
    private OpenCall Ask(string group, GroupStep? step)
    {
        OpenCall call = step is null
            ? Open(group, GroupRequests.Commit(group, 7))
            : Open(group, step.Request(group), step.Version);
        ErrorCode error = _door.TryGet(group, out IActorRef partition);
        if (error == ErrorCode.None) partition.Tell(call.Call);
        else call.Call.Refuse(error);
        return call;
    }

    private async Task<long> FetchAsync(string group)
    {
        OpenCall call = Open(group, GroupRequests.Fetch(group));
        Assert.That(_door.TryGet(group, out IActorRef partition), Is.EqualTo(ErrorCode.None));
        partition.Tell(call.Call);
        return await call.OffsetAsync();
    }

    /// <summary>The groups of offsets of the others, which live as long as the script, are all in the list.</summary>
    private async Task AssertListed(string when)
    {
        OpenCall call = Open("", new ListGroupsRequest());
        _coordinator.Tell(new ListGroupsRound(call.Call.Reply));
        var listed = await call.AnswerAsync<ListGroupsResponse>();
        Assert.That(listed.ErrorCode, Is.EqualTo(ErrorCode.None), when);
        Assert.That(
            Others.Select(partition => IdOf(GroupStep.Offsets, partition)),
            Is.SubsetOf(listed.Groups.Select(group => group.GroupId)), when);
    }

    private async Task Served(int partitions) =>
        await Eventually.That(() => _door.Status?.Loaded, Is.EqualTo(partitions));

    /// <summary>The fault is over; lets the time pass in which everybody is answered and what failed is read.</summary>
    private async Task Heal(AppendFault fault, Func<bool> isDone)
    {
        if (fault != AppendFault.Slow) await Tick(AppendTimeout * 2);
        _faults.Clear();
        _leader.Tell(InjectedLeader.Release.Instance);
        await Eventually.True(
            async () =>
            {
                await Tick(RetryBackoff);
                return isDone() && _door.Status is { Loaded: Count } status
                    && status.Partitions.All(partition => partition.FailedKeys == 0);
            },
            "every partition and every group of it is served");
    }

    // Of the others nothing waits for time.
    private Task Tick(TimeSpan time)
    {
        _door.TryGet(IdOf(GroupStep.Offsets, Broken), out IActorRef broken);
        return Advance(time, broken.IsNobody() ? _coordinator : broken);
    }
}
