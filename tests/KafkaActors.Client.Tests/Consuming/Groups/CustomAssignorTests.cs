using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>Assignors that an application brings.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class CustomAssignorTests
{
    [Test]
    public async Task User_data_goes_to_the_leader_and_comes_back_with_the_assignment(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Cluster());
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        var one = new CapacityAssignor(1);
        var three = new CapacityAssignor(3);
        await using RecordConsumer first = Subscribe(client, AssignmentStrategy.Of(one));
        await using RecordConsumer second = Subscribe(client, AssignmentStrategy.Of(() => three));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        Task reading = Task.WhenAll(ReadAsync(first, stop.Token), ReadAsync(second, stop.Token));
        await Eventually.That(() => (first.Assignment.Count, second.Assignment.Count), Is.EqualTo((1, 3)));
        Assert.That((one.GroupCapacity, three.GroupCapacity), Is.EqualTo((4, 4)));
        Assert.That(one.Self!.GroupId, Is.EqualTo("g"));
        Assert.That(one.Self.MemberId, Is.Not.Empty.And.Not.EqualTo(three.Self!.MemberId));
        Assert.That(one.Self.GenerationId, Is.EqualTo(three.Self.GenerationId).And.Positive);
        await stop.CancelAsync();
        await reading;
    }

    [Test]
    public async Task An_assignor_that_fails_ends_its_own_subscription_and_says_so(
        [Values("SubscriptionUserData", "Assign", "OnAssignment")] string method, CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = Subscribe(client, AssignmentStrategy.Of(new FailingAssignor(method)));
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await consumer.WaitToReadAsync(timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.UnsupportedAssignor));
        Assert.That(
            fault.Message,
            Is.EqualTo($"The assignor 'failing' failed: InvalidOperationException: no {method} today"));
        await Eventually.That(() => cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
    }

    [Test]
    public async Task An_assignor_that_cannot_be_made_is_told_when_it_is_needed(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Cluster());
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = Subscribe(
            client, AssignmentStrategy.Of(() => throw new InvalidOperationException("no wood")));
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await consumer.WaitToReadAsync(timeout));
        Assert.That(fault!.Message, Is.EqualTo("An assignor could not be made: no wood"));
    }

    [Test]
    public async Task Assignors_that_rebalance_in_no_common_way_are_refused(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Cluster());
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = Subscribe(
            client, AssignmentStrategy.Range, AssignmentStrategy.Of(new CooperativeOnlyAssignor()));
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await consumer.WaitToReadAsync(timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(fault.Message, Does.Contain("no common way").And.EndsWith("range, cooperative-only."));
    }

    [Test]
    public void Strategies_have_the_names_of_java_as_well()
    {
        ConsumerSettings settings = ConsumerSettings.From(TestClient.Overlay(
            "kafka-actors.client.consumer.partition.assignment.strategy = "
            + "\"org.apache.kafka.clients.consumer.CooperativeStickyAssignor, range\""));
        Assert.That(
            settings.PartitionAssignmentStrategy,
            Is.EqualTo(new[] { AssignmentStrategy.CooperativeSticky, AssignmentStrategy.Range }));
    }

    private static FakeCluster Cluster()
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", partitions: 4);
        return cluster;
    }

    private static RecordConsumer Subscribe(KafkaActorsClient client, params AssignmentStrategy[] strategies)
    {
        RecordConsumer consumer = client.CreateRecordConsumer(ConsumerSettings.From(TestClient.Overlay("")) with
        {
            GroupId = "g",
            PartitionAssignmentStrategy = strategies,
        });
        consumer.Subscribe(TopicSubscription.Of("t"));
        return consumer;
    }

    private static async Task ReadAsync(RecordConsumer consumer, CancellationToken stop)
    {
        try
        {
            await foreach (FetchedRecord _ in consumer.ReadAllAsync(stop))
            {
                // There are none: it is here for the group's news.
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private sealed class CooperativeOnlyAssignor : IConsumerPartitionAssignor
    {
        public string Name => "cooperative-only";

        public RebalanceProtocols SupportedProtocols => RebalanceProtocols.Cooperative;

        public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group) =>
            throw new NotSupportedException();
    }
}
