using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using static KafkaActors.Client.Consuming.ConsumerProtocol;

namespace KafkaActors.Client.Tests.Actors;

/// <summary>What an application's actor hears of its consumer's group, and what the group hears of its end.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class GroupConversationTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Test]
    public async Task An_owner_is_given_partitions_reads_and_commits()
    {
        FakeCluster cluster = Cluster(records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host);
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t")));
        host.Tell(consumer, new Pull(3));
        Assert.That((await host.ExpectAsync<PartitionsAssigned>()).Partitions, Is.EqualTo(new[] { Partition }));
        Assert.That((await host.ExpectAsync<Records>()).Items, Has.Count.EqualTo(3));
        host.Tell(consumer, new GetLags("lag"));
        Assert.That((await host.ExpectAsync<Lags>()).Offsets[Partition], Is.EqualTo(2));
        host.Tell(consumer, new Commit(Tag: "mine"));
        Committed committed = await host.ExpectAsync<Committed>();
        Assert.That((committed.Tag, committed.Errors.Count), Is.EqualTo(((object)"mine", 0)));
        Assert.That(CommittedOffset(cluster), Is.EqualTo(3));
    }

    [Test]
    public async Task An_owner_that_confirms_is_waited_for()
    {
        FakeCluster cluster = Cluster(records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host);
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t"), ConfirmsRevocation: true));
        host.Tell(consumer, new Pull(3));
        await host.ExpectAsync<PartitionsAssigned>();
        await host.ExpectAsync<Records>();
        host.Tell(consumer, Unsubscribe.Instance);
        PartitionsRevoked revoked = await host.ExpectAsync<PartitionsRevoked>();
        Assert.That(revoked.Partitions, Is.EqualTo(new[] { Partition }));
        // Its records are withheld meanwhile.
        host.Tell(consumer, new Pull(1));
        host.Tell(consumer, new GetPositions());
        Assert.That((await host.ExpectAsync<Positions>()).Offsets[Partition], Is.EqualTo(3));
        Assert.That(cluster.Groups.Requests<LeaveGroupRequest>(), Is.Empty);
        host.Tell(consumer, new ConfirmRevoked(revoked.Id));
        await Eventually.That(() => cluster.Groups.Requests<LeaveGroupRequest>().Count(), Is.EqualTo(1));
        // That it confirmed says that it is done with what it was given.
        Assert.That(CommittedOffset(cluster), Is.EqualTo(3));
    }

    [Test]
    public async Task A_pull_says_that_the_owner_is_done_with_what_it_was_given()
    {
        FakeCluster cluster = Cluster(records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host);
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t")));
        host.Tell(consumer, new Pull(2));
        await host.ExpectAsync<PartitionsAssigned>();
        await host.ExpectAsync<Records>();
        host.Tell(consumer, new Pull(2));
        await host.ExpectAsync<Records>();
        host.Inbox.Watch(consumer);
        host.Tell(consumer, Close.Instance);
        await host.ExpectAsync<Terminated>();
        Assert.That(CommittedOffset(cluster), Is.EqualTo(2));
        Assert.That(cluster.Groups.Requests<LeaveGroupRequest>().Count(), Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_consumer_that_crashes_or_loses_its_owner_leaves_the_group_at_once(bool crashes)
    {
        FakeCluster cluster = Cluster(records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef observer = host.Inbox.Receiver;
        IActorRef owner = host.System.ActorOf(Props.Create(() => new Owner(observer)));
        IActorRef consumer = Start(host, owner);
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t")));
        host.Tell(consumer, new Pull(2));
        await host.ExpectAsync<PartitionsAssigned>();
        await host.ExpectAsync<Records>();
        host.Tell(consumer, new Pull(1));
        await host.ExpectAsync<Records>();
        (crashes ? consumer : owner).Tell(Kill.Instance);
        await Eventually.That(() => cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
        // Before it left, what it was done with was committed.
        Assert.That(CommittedOffset(cluster), Is.EqualTo(2));
        Assert.That(cluster.Groups.Requests<LeaveGroupRequest>().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_that_ends_takes_its_members_out_of_their_groups()
    {
        FakeCluster cluster = Cluster(records: 0);
        await using FakeNode node = FakeNode.Start(cluster);
        await using (ClientHost host = ClientHost.Start(node))
        {
            host.Tell(Start(host), new Subscribe(TopicSubscription.Of("t")));
            await host.ExpectAsync<PartitionsAssigned>();
            await host.Client.DisposeAsync();
        }

        await Eventually.That(() => cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
    }

    [Test]
    public async Task A_member_that_the_group_refuses_is_told_why()
    {
        FakeCluster cluster = Cluster(records: 0);
        cluster.Groups.Errors[ApiKey.JoinGroup] = ErrorCode.GroupMaxSizeReached;
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host);
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t")));
        SubscriptionFailed failed = await host.ExpectAsync<SubscriptionFailed>();
        Assert.That(failed.Error, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        host.Tell(consumer, new Subscribe(TopicSubscription.Of("t")));
        await host.ExpectAsync<PartitionsAssigned>();
    }

    [Test]
    public async Task Partitions_that_the_owner_chose_itself_are_committed_from_outside_of_the_group()
    {
        FakeCluster cluster = Cluster(records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host);
        host.Tell(consumer, new Assign([new TopicPartitionStart(Partition, StartOffset.Beginning)]));
        host.Tell(consumer, new Pull(4));
        await host.ExpectAsync<Records>();
        host.Tell(consumer, new Commit());
        Assert.That((await host.ExpectAsync<Committed>()).Errors, Is.Empty);
        Assert.That(CommittedOffset(cluster), Is.EqualTo(4));
        Assert.That(cluster.Groups.Requests<JoinGroupRequest>(), Is.Empty);
    }

    private static IActorRef Start(ClientHost host, IActorRef? owner = null)
    {
        ConsumerSettings settings = ConsumerSettings.From(TestClient.Overlay("")) with
        {
            GroupId = "g",
            AutoOffsetReset = OffsetReset.Earliest,
        };
        return host.System.ActorOf(host.Client.ConsumerProps(owner ?? host.Inbox.Receiver, settings));
    }

    private static FakeCluster Cluster(int records)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        if (records > 0) cluster.Log("t").Append(records);
        return cluster;
    }

    private static long CommittedOffset(FakeCluster cluster) =>
        cluster.Groups.Read("g", group => group.Offsets.GetValueOrDefault(Partition, -1));

    private sealed class Owner : ReceiveActor
    {
        public Owner(IActorRef observer) => ReceiveAny(observer.Tell);
    }
}
