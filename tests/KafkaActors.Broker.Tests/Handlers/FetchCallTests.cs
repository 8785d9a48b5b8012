using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>A fetch is answered once, whatever happens to its partitions, its time and its client.</summary>
public sealed class FetchCallTests : HandlerTest
{
    private const int FarAway = 60_000;

    [Test]
    public async Task What_is_there_is_answered_at_once()
    {
        PartitionHandle partition = await Create("test");
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        Assert.That(context.Answer.IsCompleted, Is.True);
        Assert.That(Records(await context.AnswerAsync<FetchResponse>()), Is.GreaterThan(0));
    }

    [Test]
    public async Task It_is_woken_by_the_high_watermark()
    {
        PartitionHandle partition = await Create("test");
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        Assert.That(context.Ends, Is.Zero);
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        Assert.That(Records(await context.AnswerAsync<FetchResponse>()), Is.GreaterThan(0));
    }

    [Test]
    public async Task It_is_woken_when_the_leadership_ends()
    {
        PartitionHandle partition = await Create("test");
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        Assign(partition, ReplicaRole.Follower, 1);
        partition.Actor!.Tell(PartitionProtocol.AssignmentChanged.Instance);
        FetchResponse response = await context.AnswerAsync<FetchResponse>();
        Assert.That(Row(response).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    [TestCase((short)4, ErrorCode.UnknownTopicOrPartition)]
    [TestCase((short)11, ErrorCode.UnknownTopicOrPartition)]
    [TestCase((short)12, ErrorCode.UnknownTopicOrPartition)]
    [TestCase((short)13, ErrorCode.UnknownTopicId)]
    [TestCase((short)17, ErrorCode.UnknownTopicId)]
    public async Task When_its_topic_is_deleted_it_is_told_so_as_it_named_it(short version, ErrorCode expected)
    {
        PartitionHandle partition = await Create("test");
        FetchRequest request = Request(partition, 0, FarAway);
        bool isById = version >= 13;
        (request.Topics[0].Topic, request.Topics[0].TopicId) =
            isById ? ("", partition.Id.TopicId) : ("test", TopicId.None);
        AnsweredContext context = Fetch(request, version);
        Assert.That(context.Ends, Is.Zero);
        Image = Image with
        {
            TopicIds = Image.TopicIds.Remove("test"), Topics = Image.Topics.Remove(partition.Id.TopicId),
        };
        Partitions.Remove(partition);
        partition.Waiters.WakeAll();
        FetchResponse response = await context.AnswerAsync<FetchResponse>();
        Assert.That(Row(response).ErrorCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_partition_that_is_named_often_is_answered_once_as_it_was_named_last()
    {
        PartitionHandle partition = await Create("test");
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        FetchRequest request = Request(partition, 5, FarAway);
        FetchRequest.FetchPartition last = new() { FetchOffset = 0, PartitionMaxBytes = 1024 * 1024 };
        FetchRequest.FetchTopic often = new()
        {
            TopicId = partition.Id.TopicId,
            Partitions = [.. Enumerable.Repeat(request.Topics[0].Partitions[0], 1000), last],
        };
        request.Topics = [request.Topics[0], often];
        FetchResponse response = await Fetch(request).AnswerAsync<FetchResponse>();
        Assert.That(response.Responses.SelectMany(topic => topic.Partitions).ToArray(), Has.Length.EqualTo(1));
        Assert.That(Row(response).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Records(response), Is.GreaterThan(0));
        Broker.Handlers.FetchResponses.Release(response);
    }

    [TestCase(-1, ErrorCode.None)]
    [TestCase(-2, ErrorCode.None)]
    [TestCase(int.MinValue, ErrorCode.None)]
    [TestCase(0, ErrorCode.ClusterAuthorizationFailed)]
    [TestCase(2, ErrorCode.ClusterAuthorizationFailed)]
    public async Task Every_negative_replica_is_a_consumer(int replica, ErrorCode expected)
    {
        PartitionHandle partition = await Create("test");
        foreach (short version in new short[] { 4, 7, 14, 15, 17 })
        {
            FetchRequest request = Request(partition, 0, maxWaitMs: 0);
            request.Topics[0].Topic = version < 13 ? "test" : "";
            if (version < 15) request.ReplicaId = new NodeId(replica);
            else request.ReplicaState = new() { ReplicaId = new NodeId(replica) };
            FetchResponse response = await Fetch(request, version).AnswerAsync<FetchResponse>();
            bool isInRow = version < 7 || expected == ErrorCode.None;
            Assert.That(isInRow ? Row(response).ErrorCode : response.ErrorCode, Is.EqualTo(expected), $"v{version}");
        }
    }

    [Test]
    public async Task Its_time_ends_it_with_what_there_is()
    {
        PartitionHandle partition = await Create("test");
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        AnsweredContext context = Fetch(Request(partition, 0, maxWaitMs: 20, minBytes: 100_000));
        Assert.That(Records(await context.AnswerAsync<FetchResponse>()), Is.GreaterThan(0));
    }

    [Test]
    public async Task It_stops_waiting_when_its_client_has_gone()
    {
        PartitionHandle partition = await Create("test");
        using var gone = new CancellationTokenSource();
        AnsweredContext context = Fetch(Request(partition, 0, FarAway), gone: gone.Token);
        await gone.CancelAsync();
        await Eventually.That(() => partition.Waiters.Count, Is.Zero);
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        Assert.That(context.Ends, Is.Zero);
    }

    [Test]
    public async Task A_fault_while_it_looks_fails_it_alone_and_once()
    {
        PartitionHandle partition = await Create("test");
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        // What a look needs of it is gone: the image of the cluster has no such topic, and hints are asked for.
        MetadataImage whole = Image;
        Image = null!;
        Partitions.Remove(partition);
        partition.Waiters.WakeAll();
        Assert.That(() => context.Answer, Throws.Exception);
        Image = whole;
        partition.Waiters.WakeAll();
        Assert.That(context.Ends, Is.EqualTo(1));
    }

    [TestCase(4, ErrorCode.FencedLeaderEpoch)]
    [TestCase(6, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(5, ErrorCode.None)]
    [TestCase(-1, ErrorCode.None)]
    public async Task The_epoch_that_a_client_believes_in_is_checked(int claimed, ErrorCode expected)
    {
        PartitionHandle partition = await Create("test", epoch: 5);
        FetchRequest request = Request(partition, 0, maxWaitMs: 0);
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = new LeaderEpoch(claimed);
        FetchResponse response = await Fetch(request).AnswerAsync<FetchResponse>();
        Assert.That(Row(response).ErrorCode, Is.EqualTo(expected));
        bool isTold = expected == ErrorCode.FencedLeaderEpoch;
        Assert.That(
            Row(response).CurrentLeader?.LeaderEpoch, Is.EqualTo(isTold ? new LeaderEpoch(5) : (LeaderEpoch?)null));
        Assert.That(response.NodeEndpoints, Has.Count.EqualTo(isTold ? 1 : 0));
    }

    [Test]
    public async Task Who_does_not_lead_says_who_does_and_where()
    {
        PartitionHandle partition = await Create("test", epoch: 3, isLed: false);
        FetchResponse now = await Fetch(Request(partition, 0, FarAway)).AnswerAsync<FetchResponse>();
        FetchResponse old = await Fetch(Request(partition, 0, FarAway), version: 15).AnswerAsync<FetchResponse>();
        Assert.That(Row(now).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(
            Row(now).CurrentLeader,
            Has.Property("LeaderId").EqualTo(Other).And.Property("LeaderEpoch").EqualTo(new LeaderEpoch(3)));
        Assert.That((now.NodeEndpoints[0].NodeId, now.NodeEndpoints[0].Host), Is.EqualTo((Other, "host-2")));
        Assert.That(old.NodeEndpoints, Is.Empty);
    }

    [Test]
    public async Task Under_races_of_records_time_and_clients_that_go_it_ends_once()
    {
        const int seed = 20_261;
        var random = new Random(seed);
        PartitionHandle partition = await Create("test");
        for (int round = 0; round < 300; round++)
        {
            long end = partition.Log.View.HighWatermark;
            using var gone = new CancellationTokenSource();
            Task leaving = random.Next(3) == 0 ? Task.Run(gone.Cancel) : Task.CompletedTask;
            partition.Actor!.Tell(Append(partition, Batch($"{round}")), TestActor);
            AnsweredContext context = Fetch(Request(partition, end, random.Next(3)), gone: gone.Token);
            Task waking = Task.Run(partition.Waiters.WakeAll);
            await ExpectMsgAsync<PartitionProtocol.Appended>();
            await Task.WhenAll(leaving, waking);
            await Eventually.True(
                () => context.Ends == 1 || gone.IsCancellationRequested, $"round {round} of seed {seed} is answered");
            Assert.That(context.Ends, Is.LessThanOrEqualTo(1), $"round {round} of seed {seed}");
            if (context.Ends == 1) Broker.Handlers.FetchResponses.Release(await context.AnswerAsync<FetchResponse>());
        }

        await Eventually.That(() => partition.Waiters.Count, Is.Zero);
    }

    private static FetchResponse.PartitionData Row(FetchResponse response) => response.Responses[0].Partitions[0];

    private static int Records(FetchResponse response) => Row(response).Records!.SizeInBytes;
}
