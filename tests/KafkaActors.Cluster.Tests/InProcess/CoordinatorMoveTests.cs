using Akka.Actor;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Partitions;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>
/// The node with the group coordinator leaves or vanishes. It is not the voter. The offsets topic has one replica, so
/// what that node led is out of reach until it is back, and everything else is served by the coordinator's successor.
/// </summary>
[NonParallelizable]
public sealed class CoordinatorMoveTests
{
    private const string Topic = "t";

    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private NodeGroup _nodes = null!;
    private KafkaActorsClient _client = null!;

    [SetUp]
    public async Task StartNodes()
    {
        _nodes = await NodeGroup.StartAsync(3, votersAreBrokers: false);
        _client = await KafkaActorsClient.StartAsync(_nodes.ContactOf(3), null, CancellationToken.None);
        IReadOnlyList<TopicResult> created = await _client.Admin.CreateTopicsAsync(
            [new NewTopic(Topic, 1, 1, [], new Dictionary<string, string>())]);
        Assert.That(created.Single().Error, Is.EqualTo(ErrorCode.None), created.Single().Message);
    }

    [TearDown]
    public async Task StopNodes()
    {
        await _client.DisposeAsync();
        await _nodes.DisposeAsync();
    }

    [TestCase(false, TestName = "A_coordinator_whose_node_leaves_has_a_successor_that_knows_what_was_committed")]
    [TestCase(true, TestName = "A_coordinator_whose_node_vanishes_has_a_successor_that_knows_what_was_committed")]
    public async Task A_coordinator_has_a_successor_that_knows_what_was_committed(bool crash)
    {
        await CommitAsync("first", 1);
        (string onTwo, string onThree) = await GroupsByLeaderAsync();
        await CommitAsync(onTwo, 7);
        await CommitAsync(onThree, 5);
        Assert.That(await CoordinatorAsync(onThree), Is.EqualTo(Two));
        CoordinatorEpoch former = PartitionRegistry.Of(_nodes[3].System).CoordinatorOf(OffsetsTopic.Name);
        Assert.That(await AppendAsync(onThree, former), Is.EqualTo(ErrorCode.None), "while it is the coordinator's");

        await (crash ? _nodes.CrashNodeAsync(2) : _nodes.StopNodeAsync(2));
        await Eventually.True(
            async () => await CoordinatorAsync(onThree) == Three, "node 3 has the coordinator", Patience);

        Assert.That(await CommittedAsync(onThree), Is.EqualTo(5), "read by the successor at its own node");
        Assert.That(await AppendAsync(onThree, former), Is.EqualTo(ErrorCode.NotCoordinator), "it is fenced");
        await CommitAsync(onThree, 6);
        Assert.That(await CommittedAsync(onThree), Is.EqualTo(6));
        Assert.That(await FetchErrorAsync(onTwo), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));

        await _nodes.StartNodeAsync(2);
        Assert.That(await CommittedAsync(onTwo), Is.EqualTo(7), "read by the successor from another node");
        await CommitAsync(onTwo, 8);
        Assert.That(await CommittedAsync(onTwo), Is.EqualTo(8));
        Assert.That(await CoordinatorAsync(onThree), Is.EqualTo(Three), "it does not go back");
    }

    private async Task CommitAsync(string group, long offset)
    {
        var results = await _client.Admin.Groups.CommitOffsetsAsync(
            group,
            new Dictionary<TopicPartition, OffsetAndMetadata> { [new(Topic, 0)] = new(offset) },
            Patience);
        Assert.That(results.Single().Error, Is.EqualTo(ErrorCode.None), group);
    }

    private async Task<long> CommittedAsync(string group) =>
        (await _client.Admin.Groups.FetchOffsetsAsync(group, Patience)).Single().Offset;

    /// <summary>The group's answer as it is now: an administrator's would wait until it is another.</summary>
    private async Task<ErrorCode> FetchErrorAsync(string group)
    {
        var request = new OffsetFetchRequest
        {
            Groups = [new() { GroupId = group, MemberEpoch = -1, Topics = [] }],
        };
        using KafkaWireClient client = await ConnectAsync();
        return (await client.AskAsync<OffsetFetchResponse>(request)).Groups.Single().ErrorCode;
    }

    /// <summary>Appends to the group's partition at node 3 as a coordinator of that epoch does.</summary>
    private async Task<ErrorCode> AppendAsync(string group, CoordinatorEpoch epoch)
    {
        PartitionHandle[] here =
            [.. PartitionRegistry.Of(_nodes[3].System).All.Where(handle => handle.Name.Topic == OffsetsTopic.Name)];
        ClusterDescription described = await _client.Admin.DescribeAsync([OffsetsTopic.Name]);
        int index = CoordinatorKeys.PartitionOf(group, described.Topics.Single().Partitions.Count);
        PartitionHandle partition = here.Single(handle => handle.Id.Partition == index);
        var batch = new RecordBatchBuilder(1024);
        batch.TryAppend(0, new byte[] { 0x7F, 0xFE }, ReadOnlyMemory<byte>.Empty);
        var append = new PartitionProtocol.Append(
            1,
            partition.Id,
            partition.Assignment.LeaderEpoch,
            epoch,
            Acks.All,
            TimeProvider.System.GetUtcNow() + Patience,
            batch.Build());
        return (await partition.Route!.Actor.Ask<PartitionProtocol.Appended>(append, Patience)).Error;
    }

    /// <summary>Who has the coordinator of a group that is kept by a node that lives, as node 3 sees it.</summary>
    private async Task<NodeId> CoordinatorAsync(string group)
    {
        using KafkaWireClient client = await ConnectAsync();
        var found = await client.AskAsync<FindCoordinatorResponse>(
            new FindCoordinatorRequest { CoordinatorKeys = [group] });
        return found.Coordinators.Single().NodeId;
    }

    private Task<KafkaWireClient> ConnectAsync()
    {
        NodeDoor door = _nodes[3].Doors.Single(door => door.Name == "kafka");
        return KafkaWireClient.ConnectAsync(door.Host, door.Port);
    }

    /// <summary>One group that is kept by node 2, and one that is kept by node 3.</summary>
    private async Task<(string OnTwo, string OnThree)> GroupsByLeaderAsync()
    {
        ClusterDescription described = await _client.Admin.DescribeAsync([OffsetsTopic.Name]);
        NodeId[] leaders =
            [.. described.Topics.Single().Partitions.OrderBy(partition => partition.Index).Select(p => p.Leader)];
        string[] groups = [.. Enumerable.Range(0, 1000).Select(i => $"group-{i}")];
        NodeId LeaderOf(string group) => leaders[CoordinatorKeys.PartitionOf(group, leaders.Length)];
        return (groups.First(group => LeaderOf(group) == Two), groups.First(group => LeaderOf(group) == Three));
    }
}
