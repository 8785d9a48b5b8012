using Akka.Actor;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using static KafkaActors.Client.Administration.AdministrationProtocol;

namespace KafkaActors.Client.Tests.Actors;

/// <summary>What an application's actor and an administrator's tell each other.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class AdministrationConversationTests
{
    private static readonly TopicPartition Partition = new("n", 0);

    [Test]
    public async Task Topics_offsets_and_records_are_administered_by_message()
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef admin = host.System.ActorOf(host.Client.AdminProps());
        var topic = new NewTopic("n", 1, 1, [], new Dictionary<string, string>());
        host.Tell(admin, new CreateTopics([topic], Tag: 1));
        TopicsChanged created = await host.ExpectAsync<TopicsChanged>();
        Assert.That((created.Tag, created.Topics[0].Error), Is.EqualTo(((object)1, ErrorCode.None)));

        host.Tell(admin, new DescribeCluster(["n"]));
        ClusterDescribed described = await host.ExpectAsync<ClusterDescribed>();
        Assert.That(described.Cluster.Topics.Single().Name, Is.EqualTo("n"));

        host.Tell(admin, new DeleteRecords(new Dictionary<TopicPartition, long> { [Partition] = 0 }, Tag: 2));
        RecordsDeleted deleted = await host.ExpectAsync<RecordsDeleted>();
        Assert.That((deleted.Tag, deleted.Partitions[0].Error), Is.EqualTo(((object)2, ErrorCode.None)));

        host.Tell(admin, new ListOffsets(new Dictionary<TopicPartition, long> { [Partition] = OffsetQuery.Latest }));
        Assert.That((await host.ExpectAsync<OffsetsListed>()).Partitions[0].Offset, Is.Zero);
    }

    [Test]
    public async Task Groups_are_administered_by_message()
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef admin = host.System.ActorOf(host.Client.AdminProps());
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata> { [Partition] = new(4) };
        host.Tell(admin, new CommitGroupOffsets("g", offsets, Tag: 1));
        GroupOffsetsChanged committed = await host.ExpectAsync<GroupOffsetsChanged>();
        Assert.That((committed.Tag, committed.Partitions[0].Error), Is.EqualTo(((object)1, ErrorCode.None)));

        host.Tell(admin, new FetchGroupOffsets("g"));
        Assert.That((await host.ExpectAsync<GroupOffsetsFetched>()).Offsets.Single().Offset, Is.EqualTo(4));
        host.Tell(admin, new ListGroups());
        Assert.That((await host.ExpectAsync<GroupsListed>()).Groups.Single().GroupId, Is.EqualTo("g"));
        host.Tell(admin, new DescribeGroups(["g"]));
        Assert.That((await host.ExpectAsync<GroupsDescribed>()).Groups.Single().State, Is.EqualTo(GroupState.Empty));
        host.Tell(admin, new DeleteGroups(["g"]));
        Assert.That((await host.ExpectAsync<GroupsDeleted>()).Groups.Single().Error, Is.EqualTo(ErrorCode.None));
        host.Tell(admin, new DeleteGroupOffsets("g", [Partition], Tag: 2));
        Failed failed = await host.ExpectAsync<Failed>();
        Assert.That((failed.Tag, failed.Error), Is.EqualTo(((object)2, ErrorCode.GroupIdNotFound)));
    }

    [Test]
    public async Task A_request_without_an_answer_is_told_as_failed()
    {
        var cluster = new FakeCluster();
        FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        await node.DisposeAsync();
        IActorRef admin = host.System.ActorOf(host.Client.AdminProps());
        host.Tell(admin, new DescribeCluster(Timeout: TimeSpan.FromMilliseconds(200), Tag: "x"));
        Failed failed = await host.ExpectAsync<Failed>();
        Assert.That((failed.Tag, failed.Error), Is.EqualTo(((object)"x", ErrorCode.BrokerNotAvailable)));
    }
}
