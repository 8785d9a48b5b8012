using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>Consumers that share topics, against a coordinator that speaks Kafka's frames.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class GroupConsumerTests
{
    private const string Cooperative =
        "kafka-actors.client.consumer.partition.assignment.strategy = cooperative-sticky\n";

    private const string Earliest = "kafka-actors.client.consumer.auto.offset.reset = earliest\n";

    [Test]
    public async Task A_group_divides_its_topics_and_takes_them_over_from_who_leaves(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 4);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader first = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => first.Assignment, Is.EqualTo("t-0 t-1 t-2 t-3"));
        await using (GroupReader second = await GroupReader.StartAsync(node, timeout))
        {
            await Eventually.That(() => first.Assignment.Length + second.Assignment.Length, Is.EqualTo(14));
            Assert.That(first.Consumer.Assignment, Is.Not.EquivalentTo(second.Consumer.Assignment));
            Assert.That(first.Heard, Does.Contain("-t-0 t-1 t-2 t-3"));
        }

        await Eventually.That(() => first.Assignment, Is.EqualTo("t-0 t-1 t-2 t-3"));
    }

    [Test]
    public async Task Reading_begins_where_the_group_stands_or_as_the_reset_says(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 2, records: 5);
        cluster.Groups.Change("g", group => group.Set(new TopicPartition("t", 1), 3));
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Earliest);
        await Eventually.That(() => reader.Read.Count, Is.EqualTo(7));
        Assert.That(Offsets(reader, 0), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
        Assert.That(Offsets(reader, 1), Is.EqualTo(new long[] { 3, 4 }));
        await Eventually.That(() => reader.Consumer.Lag(new TopicPartition("t", 1)), Is.Zero);
    }

    [Test]
    public async Task An_automatic_commit_does_not_take_back_what_the_application_committed(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        ConsumerSettings settings = ConsumerSettings.From(TestClient.Overlay(Earliest)) with { GroupId = "g" };
        await using (RecordConsumer consumer = client.CreateRecordConsumer(settings))
        {
            consumer.Subscribe(TopicSubscription.Of("t"));
            for (int read = 0; read < 3;)
            {
                if (consumer.TryRead(out _)) read++;
                else await consumer.WaitToReadAsync(timeout);
            }

            // The third record is done with because it is said to be, not because a fourth is asked for.
            await consumer.CommitAsync(timeout);
        }

        Assert.That(Committed(cluster), Is.EqualTo(3));
    }

    [Test]
    public async Task What_was_read_is_committed_from_time_to_time(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(
            node, timeout, overlay: Earliest + "kafka-actors.client.consumer.auto.commit.interval.ms = 20");
        await Eventually.That(() => Committed(cluster), Is.EqualTo(5));
    }

    [Test]
    public async Task A_consumer_that_is_closed_commits_what_it_is_done_with_and_leaves(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using (RecordConsumer consumer = client.CreateRecordConsumer(Settings(OffsetReset.Earliest)))
        {
            consumer.Subscribe(TopicSubscription.Of("t"));
            for (int read = 0; read < 3; read += consumer.TryRead(out _) ? 1 : 0)
                await consumer.WaitToReadAsync(timeout);
        }

        // Nobody asked for a record behind the third: it may not have been processed.
        Assert.That(Committed(cluster), Is.EqualTo(2));
        Assert.That(cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
    }

    [Test]
    public async Task Offsets_are_committed_when_they_are_told_to_be(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer(Settings(OffsetReset.Earliest));
        consumer.Subscribe(TopicSubscription.Of("t"));
        for (int read = 0; read < 3; read += consumer.TryRead(out _) ? 1 : 0) await consumer.WaitToReadAsync(timeout);
        await consumer.CommitAsync(timeout);
        Assert.That(Committed(cluster), Is.EqualTo(3));

        var partition = new TopicPartition("t", 0);
        cluster.Groups.Errors[ApiKey.OffsetCommit] = ErrorCode.OffsetMetadataTooLarge;
        CommitException? fault = Assert.ThrowsAsync<CommitException>(async () => await consumer.CommitAsync(
            new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(1, "x") }, timeout));
        Assert.That(fault!.Errors[partition], Is.EqualTo(ErrorCode.OffsetMetadataTooLarge));
    }

    [Test]
    public async Task A_listener_commits_before_its_partitions_go(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader first = await GroupReader.StartAsync(
            node, timeout, overlay: Earliest + "kafka-actors.client.consumer.enable.auto.commit = off");
        first.OnRevoked = consumer => consumer.CommitAsync(timeout);
        await Eventually.That(() => first.Read.Count, Is.EqualTo(5));
        await using GroupReader second = await GroupReader.StartAsync(node, timeout, overlay: Earliest);
        await Eventually.That(() => cluster.Groups.Read("g", group => group.Generation), Is.EqualTo(2));
        Assert.That(Committed(cluster), Is.EqualTo(5));
        await Eventually.That(() => second.Heard, Is.Not.Empty);
        Assert.That(second.Read, Is.Empty);
    }

    [Test]
    public async Task Cooperative_members_go_on_reading_what_they_keep(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 2, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader first = await GroupReader.StartAsync(node, timeout, overlay: Cooperative + Earliest);
        await Eventually.That(() => first.Read.Count, Is.EqualTo(10));
        await using GroupReader second = await GroupReader.StartAsync(node, timeout, overlay: Cooperative + Earliest);
        await Eventually.That(() => second.Assignment, Is.EqualTo("t-1"));
        await Eventually.That(() => first.Assignment, Is.EqualTo("t-0"));
        Assert.That(first.Heard, Does.Contain("-t-1").And.Not.Contains("-t-0"));

        cluster.Log("t", 0).Append(1);
        cluster.Log("t", 1).Append(1);
        await Eventually.That(() => first.Read.Count + second.Read.Count, Is.EqualTo(12));
        Assert.That(Offsets(first, 0), Is.EqualTo(new long[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(Offsets(second, 1), Is.EqualTo(new long[] { 5 }));
        // The partition that stayed was asked for once, when it came.
        Assert.That(
            cluster.Groups.Requests<OffsetFetchRequest>()
                .Count(request => request.Groups[0].Topics![0].PartitionIndexes.Contains(0)),
            Is.EqualTo(1));
    }

    [Test]
    public async Task A_member_that_was_taken_for_dead_hears_that_it_lost_its_partitions(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
        cluster.Groups.Change("g", group => group.Evict(group.MemberIds.Single()));
        await Eventually.That(() => reader.Heard, Is.EqualTo(new[] { "+t-0", "lost t-0", "+t-0" }));
    }

    [Test]
    public async Task Members_follow_a_coordinator_that_moves(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        await using FakeNode node = FakeNode.Start(cluster);
        await using FakeNode other = FakeNode.Start(cluster, node: 2);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
        cluster.Groups.Node = new NodeId(2);
        await Eventually.True(
            () => cluster.Groups.Received.Any(entry => entry.Node.Value == 2 && entry.Request is HeartbeatRequest),
            "a heartbeat at the new coordinator");
        Assert.That(reader.Heard, Is.EqualTo(new[] { "+t-0" }));
    }

    [Test]
    public async Task A_coordinator_that_loads_is_waited_for(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1);
        cluster.Groups.Errors[ApiKey.FindCoordinator] = ErrorCode.CoordinatorNotAvailable;
        cluster.Groups.Errors[ApiKey.JoinGroup] = ErrorCode.CoordinatorLoadInProgress;
        cluster.Groups.Errors[ApiKey.SyncGroup] = ErrorCode.NotCoordinator;
        cluster.Groups.Errors[ApiKey.OffsetFetch] = ErrorCode.UnstableOffsetCommit;
        cluster.Log("t").Append(1);
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout, overlay: Earliest);
        await Eventually.That(() => reader.Read.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_pattern_takes_in_topics_that_come_later(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("orders-1");
        cluster.AddTopic("payments");
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(
            node,
            timeout,
            TopicSubscription.Matching("orders-.*"),
            "kafka-actors.client.metadata.max.age.ms = 50");
        await Eventually.That(() => reader.Assignment, Is.EqualTo("orders-1-0"));
        cluster.AddTopic("orders-2");
        await Eventually.That(() => reader.Assignment, Is.EqualTo("orders-1-0 orders-2-0"));
    }

    [Test]
    public async Task A_topic_that_comes_later_is_divided_then(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using GroupReader reader = await GroupReader.StartAsync(node, timeout);
        await Eventually.That(() => reader.Heard, Is.EqualTo(new[] { "+" }));
        cluster.AddTopic("t");
        await Eventually.That(() => reader.Assignment, Is.EqualTo("t-0"));
    }

    [Test]
    public async Task A_reader_that_stands_still_leaves_until_it_goes_on(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(partitions: 1, records: 5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer(
            Settings(OffsetReset.Earliest) with { MaxPollInterval = TimeSpan.FromMilliseconds(500) });
        consumer.Subscribe(TopicSubscription.Of("t"));
        while (!consumer.TryRead(out _)) await consumer.WaitToReadAsync(timeout);
        await Eventually.That(() => cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
        await Eventually.True(
            async () =>
            {
                while (consumer.TryRead(out _)) timeout.ThrowIfCancellationRequested();
                await consumer.WaitToReadAsync(timeout);
                return cluster.Groups.Read("g", group => group.MemberIds.Count) == 1;
            },
            "the consumer is a member again");
    }

    [Test]
    public async Task A_subscription_without_a_group_is_an_error(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Cluster(partitions: 1));
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Subscribe(TopicSubscription.Of("t"));
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await consumer.WaitToReadAsync(timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.InvalidGroupId));
    }

    private static FakeCluster Cluster(int partitions, int records = 0)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", partitions);
        for (int i = 0; i < partitions && records > 0; i++) cluster.Log("t", i).Append(records);
        return cluster;
    }

    private static ConsumerSettings Settings(OffsetReset reset) =>
        ConsumerSettings.From(TestClient.Overlay("")) with { GroupId = "g", AutoOffsetReset = reset };

    private static long Committed(FakeCluster cluster) => cluster.Groups.Read(
        "g", group => group.Offsets.GetValueOrDefault(new TopicPartition("t", 0), -1));

    private static IEnumerable<long> Offsets(GroupReader reader, int partition) =>
        reader.Read.Where(read => read.Partition.Partition == partition).Select(read => read.Offset);
}
