using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>A Produce request is answered once its last partition has, and then once.</summary>
public sealed class ProduceCallTests : HandlerTest
{
    [Test]
    public async Task It_waits_for_its_last_partition_and_for_the_last_append_to_be_sent()
    {
        var context = new AnsweredContext(ApiKey.Produce, 11);
        var call = new ProduceCall(Node, Request(2), context);
        call.Tell(Appended(1, baseOffset: 7));
        call.Refuse(0, ErrorCode.CorruptMessage, "why");
        Assert.That(context.Ends, Is.Zero);
        call.Sent();
        var response = await context.AnswerAsync<ProduceResponse>();
        Assert.That(
            response.Responses[0].PartitionResponses.Select(row => (row.Index, row.ErrorCode, row.BaseOffset)),
            Is.EqualTo(new[] { (0, ErrorCode.CorruptMessage, -1L), (1, ErrorCode.None, 7L) }));
        Assert.That(response.Responses[0].PartitionResponses[0].ErrorMessage, Is.EqualTo("why"));
    }

    [Test]
    public async Task Answers_from_many_threads_end_it_once_and_each_is_in_its_place()
    {
        const int partitions = 64;
        const int seed = 5;
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            var context = new AnsweredContext(ApiKey.Produce, 11);
            var call = new ProduceCall(Node, Request(partitions), context);
            int[] order = [.. Enumerable.Range(0, partitions)];
            random.Shuffle(order);
            Task[] answering =
            [
                .. order.Chunk(16).Select(some => Task.Run(() =>
                {
                    foreach (int index in some) call.Tell(Appended(index, baseOffset: 1000 + index));
                })),
                Task.Run(call.Sent),
            ];
            await Task.WhenAll(answering);
            var response = await context.AnswerAsync<ProduceResponse>();
            Assert.That(context.Ends, Is.EqualTo(1), $"seed {seed}, round {round}");
            Assert.That(
                response.Responses[0].PartitionResponses.Select(row => row.BaseOffset),
                Is.EqualTo(Enumerable.Range(1000, partitions).Select(offset => (long)offset)));
        }
    }

    [Test]
    public async Task Without_acks_it_ends_without_an_answer()
    {
        var context = new AnsweredContext(ApiKey.Produce, 11);
        var call = new ProduceCall(Node, Request(1, acks: 0), context);
        call.Sent();
        Assert.That(context.Ends, Is.Zero);
        call.Tell(Appended(0, baseOffset: -1));
        Assert.That(await context.Answer, Is.Null);
    }

    [Test]
    public void Without_acks_an_error_fails_it()
    {
        var context = new AnsweredContext(ApiKey.Produce, 11);
        var call = new ProduceCall(Node, Request(1, acks: 0), context);
        call.Sent();
        call.Tell(Appended(0, baseOffset: -1, ErrorCode.NotLeaderOrFollower));
        Assert.That(() => context.Answer, Throws.TypeOf<ProtocolViolationException>());
    }

    [TestCase(10, true)]
    [TestCase(9, false)]
    public async Task Who_does_not_lead_says_who_does_where_the_version_has_a_place_for_it(int version, bool isTold)
    {
        PartitionHandle partition = await Create("test", epoch: 3, isLed: false);
        var context = new AnsweredContext(ApiKey.Produce, (short)version);
        ((IApiHandler)new ProduceHandler(Node)).Handle(SampleRequests.Produce("test", Batch("a")), context);
        var response = await context.AnswerAsync<ProduceResponse>();
        ProduceResponse.PartitionProduceResponse row = response.Responses[0].PartitionResponses[0];
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(row.CurrentLeader?.LeaderId, Is.EqualTo(isTold ? Other : (NodeId?)null));
        Assert.That(
            response.NodeEndpoints.Select(node => (node.NodeId, node.Host)),
            Is.EqualTo(isTold ? new[] { (Other, "host-2") } : []));
        Assert.That(partition.Log.LogEndOffset, Is.Zero);
    }

    [Test]
    public async Task Its_frame_may_be_used_again_only_if_every_batch_is_in_its_log()
    {
        await Create("test");
        var good = new AnsweredContext(ApiKey.Produce, 11);
        var bad = new AnsweredContext(ApiKey.Produce, 11);
        var handler = new ProduceHandler(Node);
        handler.Handle(SampleRequests.Produce("test", Batch("a")), good);
        handler.Handle(SampleRequests.Produce("absent", Batch("a")), bad);
        Assert.That(ProduceAnswer.IsClean(await good.AnswerAsync<ProduceResponse>()), Is.True);
        Assert.That(ProduceAnswer.IsClean(await bad.AnswerAsync<ProduceResponse>()), Is.False);
    }

    // The journal may still hold what was accepted and not written: such bytes must never be another request's.
    [Test]
    public async Task A_leadership_that_ends_before_a_batch_without_acks_is_written_fails_it()
    {
        PartitionHandle partition = await Create("test");
        var answers = new List<ErrorCode>();
        var leading = new LeadingPartition(
            partition, partition.Assignment, PartitionLimits.Default, TimeProvider.System);
        AppendVerdict verdict = leading.Judge(
            Append(partition, Batch("a"), acks: Acks.None), TestActor, default);
        leading.Resign(ErrorCode.NotLeaderOrFollower);
        leading.ReleaseUnwritten((_, error) => answers.Add(error), ErrorCode.NotLeaderOrFollower);
        Assert.That(verdict.Event, Is.Not.Null);
        Assert.That(answers, Is.EqualTo(new[] { ErrorCode.NotLeaderOrFollower }));
    }

    private static ProduceRequest Request(int partitions, short acks = -1) => new()
    {
        Acks = acks,
        TopicData =
        [
            new()
            {
                Name = "test",
                PartitionData = [.. Enumerable.Range(0, partitions)
                    .Select(index => new ProduceRequest.PartitionProduceData { Index = index })],
            },
        ],
    };

    private static PartitionProtocol.Appended Appended(int index, long baseOffset, ErrorCode error = ErrorCode.None) =>
        new(index, error, null, baseOffset, -1, 0, NodeId.None, LeaderEpoch.None);
}
