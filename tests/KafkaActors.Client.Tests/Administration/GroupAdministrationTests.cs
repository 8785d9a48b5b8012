using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.Consuming.Groups;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Client.Tests.Administration;

/// <summary>Groups looked at and changed from outside, by a coordinator that speaks Kafka's frames.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class GroupAdministrationTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Test]
    public async Task A_classic_group_is_listed_and_described_with_its_members(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", 2);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0 t-1"));
        IReadOnlyList<GroupListing> listed = await client.Admin.Groups.ListAsync(cancellationToken: timeout);
        GroupDescription group = await DescribeAsync(client, "g", timeout);

        Assert.That(
            listed,
            Is.EqualTo(new[] { new GroupListing("g", GroupType.Classic, GroupState.Stable, "consumer") }));
        Assert.That(
            (group.Error, group.Type, group.State, group.Coordinator, group.Assignor),
            Is.EqualTo((ErrorCode.None, GroupType.Classic, GroupState.Stable, new NodeId(1), "range")));
        MemberDescription member = group.Members.Single();
        Assert.That(member.Assignment, Is.EqualTo(new[] { Partition, new TopicPartition("t", 1) }));
        Assert.That((member.MemberId, member.Host), Is.EqualTo(("member-1", "/127.0.0.1")));
        Assert.That(group.IsInactive, Is.False);
    }

    [Test]
    public async Task A_group_of_the_consumer_protocol_is_described_alike(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.Groups.Change("new", group => group.ConsumerMembers = [ConsumerMember()]);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        GroupDescription group = await DescribeAsync(client, "new", timeout);

        Assert.That(
            (group.Type, group.State, group.Assignor), Is.EqualTo((GroupType.Consumer, GroupState.Stable, "uniform")));
        Assert.That(group.Members.Single().Assignment, Is.EqualTo(new[] { Partition }));
        Assert.That(cluster.Groups.Requests<DescribeGroupsRequest>(), Is.Empty);
    }

    [Test]
    public async Task A_node_that_does_not_know_the_consumer_protocol_describes_classic_groups(
        CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        cluster.Groups.Errors[ApiKey.ConsumerGroupDescribe] = ErrorCode.UnsupportedVersion;
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await client.Admin.Groups.CommitOffsetsAsync(
            "g",
            new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = new(1) },
            cancellationToken: timeout);
        GroupDescription group = await DescribeAsync(client, "g", timeout);
        Assert.That((group.Error, group.Type), Is.EqualTo((ErrorCode.None, GroupType.Classic)));
    }

    [Test]
    public async Task Offsets_are_committed_read_and_deleted_from_outside(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        GroupAdministration groups = client.Admin.Groups;
        IReadOnlyList<GroupOffsetResult> committed = await groups.CommitOffsetsAsync(
            "g", Offsets(7), cancellationToken: timeout);
        IReadOnlyList<GroupOffset> offsets = await groups.FetchOffsetsAsync("g", cancellationToken: timeout);
        IReadOnlyList<GroupOffsetResult> deleted = await groups.DeleteOffsetsAsync(
            "g", [Partition], cancellationToken: timeout);

        GroupOffsetResult[] done = [new(Partition, ErrorCode.None)];
        Assert.That(committed, Is.EqualTo(done));
        Assert.That(offsets, Is.EqualTo(new[] { new GroupOffset(Partition, ErrorCode.None, 7, "") }));
        Assert.That(deleted, Is.EqualTo(done));
        Assert.That(await groups.FetchOffsetsAsync("g", cancellationToken: timeout), Is.Empty);
        Assert.That(cluster.Groups.Requests<OffsetCommitRequest>().Single().GenerationIdOrMemberEpoch, Is.EqualTo(-1));
    }

    [Test]
    public async Task A_group_with_members_refuses_to_be_changed(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
        IReadOnlyList<GroupOffsetResult> committed =
            await client.Admin.Groups.CommitOffsetsAsync("g", Offsets(1), cancellationToken: timeout);
        IReadOnlyList<DeletedGroup> deleted =
            await client.Admin.Groups.DeleteAsync(["g", "other"], cancellationToken: timeout);

        Assert.That(committed.Single().Error, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(deleted, Is.EqualTo(new[]
        {
            new DeletedGroup("g", ErrorCode.NonEmptyGroup), new DeletedGroup("other", ErrorCode.GroupIdNotFound),
        }));
    }

    [Test]
    public async Task A_group_that_does_not_exist_is_told_in_its_row_or_by_an_exception(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        GroupDescription group = await DescribeAsync(client, "none", timeout);

        Assert.That((group.Error, group.State), Is.EqualTo((ErrorCode.GroupIdNotFound, GroupState.Dead)));
        Assert.That(
            () => client.Admin.Groups.DeleteOffsetsAsync("none", [Partition], cancellationToken: timeout),
            Throws.TypeOf<KafkaException>().With.Property("Error").EqualTo(ErrorCode.GroupIdNotFound));
    }

    [TestCase(ApiKey.FindCoordinator, ErrorCode.CoordinatorNotAvailable, 2)]
    [TestCase(ApiKey.OffsetFetch, ErrorCode.NotCoordinator, 2)]
    [TestCase(ApiKey.OffsetFetch, ErrorCode.CoordinatorNotAvailable, 2)]
    [TestCase(ApiKey.OffsetFetch, ErrorCode.CoordinatorLoadInProgress, 1)]
    public async Task What_passes_is_waited_out(
        ApiKey api, ErrorCode error, int lookups, CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.Groups.Change("g", group => group.Set(Partition, 3));
        cluster.Groups.Errors[api] = error;
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        IReadOnlyList<GroupOffset> offsets =
            await client.Admin.Groups.FetchOffsetsAsync("g", cancellationToken: timeout);

        Assert.That(offsets.Single().Offset, Is.EqualTo(3));
        Assert.That(cluster.Groups.Requests<FindCoordinatorRequest>().Count(), Is.EqualTo(lookups));
    }

    [Test]
    public async Task A_coordinator_that_moved_is_followed_and_otherwise_not_looked_up_again(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.Groups.Change("g", group => group.Set(Partition, 3));
        await using FakeNode node = FakeNode.Start(cluster);
        await using FakeNode other = FakeNode.Start(cluster, node: 2);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        GroupAdministration groups = client.Admin.Groups;
        await groups.FetchOffsetsAsync("g", cancellationToken: timeout);
        await groups.FetchOffsetsAsync("g", cancellationToken: timeout);
        cluster.Groups.Node = new NodeId(2);
        IReadOnlyList<GroupOffset> offsets = await groups.FetchOffsetsAsync("g", cancellationToken: timeout);

        Assert.That(offsets.Single().Offset, Is.EqualTo(3));
        Assert.That(
            cluster.Groups.Received.Where(entry => entry.Request is OffsetFetchRequest)
                .Select(entry => entry.Node.Value),
            Is.EqualTo(new[] { 1, 1, 1, 2 }));
        Assert.That(cluster.Groups.Requests<FindCoordinatorRequest>().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Every_node_is_asked_for_its_groups(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.Groups.Node = new NodeId(2);
        cluster.Groups.Change("g", group => group.Set(Partition, 3));
        cluster.Groups.Errors[ApiKey.ListGroups] = ErrorCode.CoordinatorLoadInProgress;
        await using FakeNode node = FakeNode.Start(cluster);
        await using FakeNode other = FakeNode.Start(cluster, node: 2);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        IReadOnlyList<GroupListing> listed = await client.Admin.Groups.ListAsync(
            [GroupState.Empty], [GroupType.Classic], cancellationToken: timeout);

        Assert.That(listed.Select(group => group.GroupId), Is.EqualTo(new[] { "g" }));
        ListGroupsRequest asked = cluster.Groups.Requests<ListGroupsRequest>().First();
        Assert.That(asked.StatesFilter, Is.EqualTo(new[] { "Empty" }));
        Assert.That(asked.TypesFilter, Is.EqualTo(new[] { "Classic" }));
    }

    [Test]
    public async Task A_coordinator_that_is_not_there_is_given_up_at_the_timeout(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.Groups.Node = new NodeId(9);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);

        // The last attempt may be under way, too.
        Assert.That(
            () => client.Admin.Groups.FetchOffsetsAsync("g", TimeSpan.FromMilliseconds(200), timeout),
            Throws.TypeOf<KafkaException>().With.Property("Error")
                .AnyOf(ErrorCode.BrokerNotAvailable, ErrorCode.RequestTimedOut));
    }

    private static async Task<GroupDescription> DescribeAsync(
        KafkaActorsClient client, string group, CancellationToken timeout) =>
        (await client.Admin.Groups.DescribeAsync([group], cancellationToken: timeout)).Single();

    private static Dictionary<TopicPartition, OffsetAndMetadata> Offsets(long offset) =>
        new() { [Partition] = new OffsetAndMetadata(offset) };

    private static ConsumerGroupDescribeResponse.DescribedMember ConsumerMember() => new()
    {
        MemberId = "m",
        ClientId = "client",
        ClientHost = "/127.0.0.1",
        Assignment = new ConsumerGroupDescribeResponse.DescribedAssignment
        {
            TopicPartitions =
            [
                new ConsumerGroupDescribeResponse.DescribedTopic { TopicName = "t", Partitions = [0] },
            ],
        },
    };
}
