using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>A session hands Kafka's requests to their handlers, however they come, and keeps to its windows.</summary>
public sealed class ClientSessionTests : SessionTest
{
    [Test]
    public async Task What_is_produced_as_an_object_can_be_fetched_as_one()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        ProduceResponse.PartitionProduceResponse appended = await Append(session, partition, Batch("a", "b"));
        FetchResponse.PartitionData data = await Read(session, partition);

        Assert.That((appended.ErrorCode, appended.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
        Assert.That(data.HighWatermark, Is.EqualTo(2));
        Assert.That(RecordBatch.TryRead(((MemoryRecords)data.Records!).Bytes, out RecordBatch batch), Is.True);
        Assert.That((batch.BaseOffset, batch.RecordCount, batch.IsCrcValid()), Is.EqualTo((0L, 2, true)));
    }

    [Test]
    public async Task A_frame_in_parts_is_appended_whole_and_comes_back_in_parts()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        SessionProtocol.FramePart[] parts = Parts(7, Produce(partition, Batch(new string('x', 150_000))));
        foreach (SessionProtocol.FramePart part in parts) session.Tell(part, TestActor);
        (IResponseMessage appended, int answerParts) = await ExpectFrame(ApiKey.Produce);
        session.Tell(Parts(8, Request(partition, 0, maxWaitMs: 0)).Single(), TestActor);
        (IResponseMessage fetched, int fetchedParts) = await ExpectFrame(ApiKey.Fetch);
        ReadOnlyMemory<byte> records = ((MemoryRecords)Row((FetchResponse)fetched).Records!).Bytes;

        Assert.That((parts.Length, answerParts, fetchedParts), Is.EqualTo((3, 1, 3)));
        Assert.That(Row((ProduceResponse)appended).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(RecordBatch.TryRead(records, out RecordBatch batch) && batch.IsCrcValid(), Is.True);
    }

    [Test]
    public async Task A_part_that_does_not_follow_fails_its_request_alone()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        SessionProtocol.FramePart[] parts = Parts(7, Produce(partition, Batch(new string('x', 150_000))));
        foreach (int index in (int[])[0, 2, 1]) session.Tell(parts[index], TestActor);
        session.Tell(Object(8, Produce(partition, Batch("a"))), TestActor);

        var broken = await ExpectMsgAsync<SessionProtocol.Refused>();
        var next = await ExpectMsgAsync<SessionProtocol.Response>();
        Assert.That((broken.CorrelationId, broken.Error), Is.EqualTo((7L, ErrorCode.InvalidRequest)));
        Assert.That((next.CorrelationId, Row((ProduceResponse)next.Message).BaseOffset), Is.EqualTo((8L, 0L)));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(SessionProtocol.MaxFrameBytes + 1)]
    public async Task A_length_that_no_frame_has_is_refused(int frameBytes)
    {
        (IActorRef session, _) = await Start();

        session.Tell(new SessionProtocol.FramePart(7, frameBytes, 0, new byte[10]), TestActor);

        Assert.That((await ExpectMsgAsync<SessionProtocol.Refused>()).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task Bytes_that_are_no_request_are_refused()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] frame = [.. Parts(7, Produce(partition, Batch("a"))).Single().Bytes.Span];

        byte[] cut = frame[..^20];
        session.Tell(new SessionProtocol.FramePart(7, cut.Length, 0, cut), TestActor);
        var unread = await ExpectMsgAsync<SessionProtocol.Refused>();
        frame[1] = 99;
        session.Tell(new SessionProtocol.FramePart(8, frame.Length, 0, frame), TestActor);
        var unserved = await ExpectMsgAsync<SessionProtocol.Refused>();

        Assert.That((unread.CorrelationId, unread.Error), Is.EqualTo((7L, ErrorCode.InvalidRequest)));
        Assert.That((unserved.CorrelationId, unserved.Error), Is.EqualTo((8L, ErrorCode.UnsupportedVersion)));
        Assert.That((await Append(session, partition, Batch("a"), 9)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_client_that_passes_its_window_is_refused_until_answers_have_come()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] large = Batch(new string('x', 200_000));

        SessionProtocol.FramePart[] parts = Parts(1, Produce(partition, large));
        session.Tell(parts[0], TestActor);
        session.Tell(Object(2, Produce(partition, [.. large])), TestActor);
        var refused = await ExpectMsgAsync<SessionProtocol.Refused>();
        foreach (SessionProtocol.FramePart part in parts.Skip(1)) session.Tell(part, TestActor);
        await ExpectFrame(ApiKey.Produce);
        ProduceResponse.PartitionProduceResponse accepted = await Append(session, partition, Batch("y"), 3);

        Assert.That((refused.CorrelationId, refused.Error), Is.EqualTo((2L, ErrorCode.ThrottlingQuotaExceeded)));
        Assert.That(accepted.ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Fetches_ask_for_no_more_than_their_window_all_together()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        FetchRequest first = Request(partition, 0, maxWaitMs: 30_000);
        FetchRequest second = Request(partition, 0, maxWaitMs: 30_000);
        (first.MaxBytes, second.MaxBytes) = (Settings.FetchWindowBytes, 1);

        session.Tell(Object(1, first), TestActor);
        session.Tell(Object(2, second), TestActor);
        var refused = await ExpectMsgAsync<SessionProtocol.Refused>();
        session.Tell(Object(3, Produce(partition, Batch("a"))), TestActor);
        var woken = (SessionProtocol.Response)await FishForMessageAsync(
            message => message is SessionProtocol.Response { CorrelationId: 1 });
        session.Tell(Object(4, second), TestActor);
        var accepted = (SessionProtocol.Response)await FishForMessageAsync(
            message => message is SessionProtocol.Response { CorrelationId: 4 });

        Assert.That((refused.CorrelationId, refused.Error), Is.EqualTo((2L, ErrorCode.ThrottlingQuotaExceeded)));
        Assert.That(Row((FetchResponse)woken.Message).Records!.SizeInBytes, Is.GreaterThan(0));
        Assert.That(Row((FetchResponse)accepted.Message).Records!.SizeInBytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task Who_asks_for_no_acks_has_his_credit_back_once_the_node_has_his_batch()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Object(1, Produce(partition, Batch("a"), acks: 0)), TestActor);

        Assert.That((await ExpectMsgAsync<SessionProtocol.Served>()).CorrelationId, Is.EqualTo(1));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_asks_for_no_acks_hears_of_a_failure_as_of_a_lost_connection()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] corrupt = Batch("a");
        corrupt[^1] ^= 1;

        session.Tell(Object(1, Produce(partition, corrupt, acks: 0)), TestActor);

        Assert.That((await ExpectMsgAsync<SessionProtocol.Refused>()).Error, Is.EqualTo(ErrorCode.NetworkException));
        Assert.That(await Append(session, partition, Batch("b"), 2), Is.Not.Null);
    }

    [Test]
    public async Task A_fetch_at_the_end_waits_and_is_woken_by_the_next_append()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Parts(1, Request(partition, 0, maxWaitMs: 30_000)).Single(), TestActor);
        session.Tell(Parts(2, Produce(partition, Batch("a"))).Single(), TestActor);

        await FishForMessageAsync(message => message is SessionProtocol.FramePart { CorrelationId: 1 });
    }

    [Test]
    public async Task A_session_that_ends_lets_go_of_what_waits()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        await Append(session, partition, Batch("a"));

        session.Tell(Object(1, Request(partition, 1, maxWaitMs: 30_000)), TestActor);
        await Eventually.That(() => partition.Waiters.Count, Is.EqualTo(1));
        session.Tell(new SessionProtocol.Disconnect(), TestActor);

        await Eventually.That(() => partition.Waiters.Count, Is.Zero);
    }

    [Test]
    public async Task A_topic_nobody_knows_is_unknown()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        ProduceRequest request = Produce(partition, Batch("a"));
        request.TopicData[0].Name = "absent";

        session.Tell(Object(1, request), TestActor);

        Assert.That(
            Row(await ExpectResponse<ProduceResponse>()).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_message_of_another_conversation_is_refused()
    {
        (IActorRef session, _) = await Start();

        session.Tell(new SessionProtocol.Connect(9, "test", "", "", SessionProtocol.Version), TestActor);

        Assert.That((await ExpectMsgAsync<SessionProtocol.Refused>()).CorrelationId, Is.EqualTo(9));
    }

    [Test]
    public async Task A_session_ends_when_its_client_says_so()
    {
        (IActorRef session, _) = await Start();

        session.Tell(new SessionProtocol.Disconnect(), TestActor);

        await ExpectMsgAsync<SessionProtocol.SessionEnded>();
    }

    private async Task<(IActorRef Session, PartitionHandle Partition)> Start()
    {
        PartitionHandle partition = await Create("test");
        return (await Connect(OpenDoor()), partition);
    }
}
