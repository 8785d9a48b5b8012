using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>Consumers with <c>group.protocol=consumer</c>; the fake node has the broker's own group core.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ConsumerGroupTests
{
    private const string Consumer =
        """
        kafka-actors.client.consumer.group.protocol = consumer
        kafka-actors.client.consumer.auto.offset.reset = earliest

        """;

    [Test]
    public async Task A_group_divides_its_topics_and_takes_them_over_from_who_leaves(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 4);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader first = await GroupReader.StartAsync(node, timeout, overlay: Consumer);
        await Eventually.That(() => first.Assignment, Is.EqualTo("t-0 t-1 t-2 t-3"));
        await using (GroupReader second = await GroupReader.StartAsync(node, timeout, overlay: Consumer))
        {
            await Eventually.That(() => (first.Assignment.Length, second.Assignment.Length), Is.EqualTo((7, 7)));
            Assert.That(first.Consumer.Assignment, Is.Not.EquivalentTo(second.Consumer.Assignment));
            Assert.That(first.Heard.Where(news => news.StartsWith('-')).Single(), Has.Length.EqualTo(8));
        }

        await Eventually.That(() => first.Assignment, Is.EqualTo("t-0 t-1 t-2 t-3"));
        Assert.That(first.Heard, Has.None.StartsWith("lost"));
    }

    [Test]
    public async Task Offsets_are_committed_and_read_as_the_member_that_it_is(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using (GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Consumer))
        {
            await Eventually.That(() => reader.Read.Count, Is.EqualTo(5));
            await reader.Consumer.CommitAsync(timeout);
        }

        Assert.That(Group(cluster, group => group.Committed(new TopicPartition("t", 0))), Is.EqualTo(5));
        Assert.That(Group(cluster, group => group.MemberIds), Is.Empty);
        string member = cluster.Groups.Requests<ConsumerGroupHeartbeatRequest>().First().MemberId;
        OffsetCommitRequest commit = cluster.Groups.Requests<OffsetCommitRequest>().First();
        Assert.That((commit.MemberId, commit.GenerationIdOrMemberEpoch > 0), Is.EqualTo((member, true)));
        Assert.That(
            cluster.Groups.Requests<OffsetFetchRequest>().First().Groups[0].MemberId, Is.EqualTo(member));
        await using GroupReader next = await GroupReader.StartAsync(node, timeout, overlay: Consumer);
        cluster.Log("t").Append(1);
        await Eventually.That(() => next.Read.Select(read => read.Offset), Is.EqualTo(new long[] { 5 }));
    }

    [Test]
    public async Task A_member_that_was_taken_for_dead_hears_that_it_lost_its_partitions(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Consumer);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
        cluster.Groups.Change("g", group => group.Consumer.Evict(group.Consumer.MemberIds.Single()));
        await Eventually.That(() => reader.Heard, Is.EqualTo(new[] { "+t-0", "lost t-0", "+t-0" }));
        Assert.That(
            cluster.Groups.Requests<ConsumerGroupHeartbeatRequest>().Select(beat => beat.MemberId).Distinct().Count(),
            Is.EqualTo(1));
    }

    [Test]
    public async Task Members_follow_a_coordinator_that_moves_or_loads(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        cluster.Groups.Errors[ApiKey.ConsumerGroupHeartbeat] = ErrorCode.CoordinatorLoadInProgress;
        await using FakeNode node = FakeNode.Start(cluster);
        await using FakeNode other = FakeNode.Start(cluster, node: 2);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Consumer);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
        cluster.Groups.Node = new NodeId(2);
        await Eventually.True(
            () => cluster.Groups.Received.Any(entry =>
                entry.Node.Value == 2 && entry.Request is ConsumerGroupHeartbeatRequest),
            "a heartbeat at the new coordinator");
        Assert.That(reader.Heard, Is.EqualTo(new[] { "+t-0" }));
    }

    [Test]
    public async Task The_coordinator_matches_an_expression_and_this_client_finds_the_names(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("orders-1");
        cluster.AddTopic("payments");
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(
            node, timeout, TopicSubscription.Matching("orders-.*"), Consumer);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("orders-1-0"));
        // The metadata is old enough for minutes: the id that is assigned has it asked for.
        cluster.AddTopic("orders-2");
        await Eventually.That(() => reader.Assignment, Is.EqualTo("orders-1-0 orders-2-0"));
        ConsumerGroupHeartbeatRequest join = cluster.Groups.Requests<ConsumerGroupHeartbeatRequest>().First();
        Assert.That(join.SubscribedTopicRegex, Is.EqualTo("orders-.*"));
        Assert.That(join.SubscribedTopicNames, Is.Empty);
    }

    [Test]
    public async Task A_condition_is_matched_by_this_client(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("orders-1");
        cluster.AddTopic("payments");
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(
            node, timeout, TopicSubscription.Where(topic => topic.StartsWith('p')), Consumer);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("payments-0"));
        Assert.That(
            cluster.Groups.Requests<ConsumerGroupHeartbeatRequest>().First().SubscribedTopicNames,
            Is.EqualTo(new[] { "payments" }));
    }

    [Test]
    public async Task A_reader_that_stands_still_leaves_until_it_goes_on(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer(
            ConsumerSettings.From(TestClient.Overlay(Consumer)) with
            {
                GroupId = "g", MaxPollInterval = TimeSpan.FromMilliseconds(500),
            });
        consumer.Subscribe(TopicSubscription.Of("t"));
        while (!consumer.TryRead(out _)) await consumer.WaitToReadAsync(timeout);
        await Eventually.That(() => Group(cluster, group => group.MemberIds), Is.Empty);
        await Eventually.True(
            async () =>
            {
                while (consumer.TryRead(out _)) timeout.ThrowIfCancellationRequested();
                await consumer.WaitToReadAsync(timeout);
                return Group(cluster, group => group.MemberIds.Count) == 1;
            },
            "the consumer is a member again");
    }

    [Test]
    public async Task A_cluster_without_the_protocol_is_an_error_that_says_what_to_do(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        cluster.Groups.Errors[ApiKey.ConsumerGroupHeartbeat] = ErrorCode.UnsupportedVersion;
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Consumer);
        await Eventually.That(() => reader.Fault, Is.InstanceOf<KafkaException>());
        Assert.That(((KafkaException)reader.Fault!).Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(
            reader.Fault!.Message, Does.Contain("group.protocol=consumer").And.Contains("4.0").And.Contains("classic"));
    }

    private static FakeCluster Cluster(int partitions, int records = 0)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", partitions);
        for (int i = 0; i < partitions && records > 0; i++) cluster.Log("t", i).Append(records);
        return cluster;
    }

    private static T Group<T>(FakeCluster cluster, Func<FakeConsumerGroup, T> question) =>
        cluster.Groups.Read("g", group => question(group.Consumer));
}
