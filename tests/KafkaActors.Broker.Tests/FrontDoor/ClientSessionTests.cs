using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Tests.FrontDoor;

public sealed class ClientSessionTests : FrontDoorTest
{
    [Test]
    public async Task What_is_produced_can_be_fetched()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Produce(partition, Batch("a", "b")), TestActor);
        var appended = await ExpectMsgAsync<ProduceProtocol.Appended>();
        session.Tell(Fetch(partition, 0, maxWaitMs: 0), TestActor);
        var data = await ExpectMsgAsync<FetchProtocol.Data>();
        await ExpectMsgAsync<FetchProtocol.Completed>();

        Assert.That((appended.Error, appended.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
        Assert.That(data.HighWatermark, Is.EqualTo(2));
        Assert.That(RecordBatch.TryRead(data.Bytes, out RecordBatch batch), Is.True);
        Assert.That((batch.BaseOffset, batch.RecordCount, batch.IsCrcValid()), Is.EqualTo((0L, 2, true)));
    }

    [Test]
    public async Task A_batch_in_parts_is_appended_whole_and_comes_back_in_parts()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] large = Batch(new string('x', 150_000));

        session.Tell(Produce(partition, large, 7, firstPart: 65536), TestActor);
        session.Tell(new ProduceProtocol.Chunk(7, 65536, large.AsMemory(65536, 65536)), TestActor);
        session.Tell(new ProduceProtocol.Chunk(7, 131072, large.AsMemory(131072)), TestActor);
        var appended = await ExpectMsgAsync<ProduceProtocol.Appended>();
        session.Tell(Fetch(partition, 0, maxWaitMs: 0), TestActor);
        var data = await ExpectMsgAsync<FetchProtocol.Data>();
        var second = await ExpectMsgAsync<FetchProtocol.Chunk>();
        var third = await ExpectMsgAsync<FetchProtocol.Chunk>();
        await ExpectMsgAsync<FetchProtocol.Completed>();
        byte[] whole = [.. data.Bytes.Span, .. second.Bytes.Span, .. third.Bytes.Span];

        Assert.That(appended.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(whole, Has.Length.EqualTo(data.TotalBytes));
        Assert.That(RecordBatch.TryRead(whole, out RecordBatch batch) && batch.IsCrcValid(), Is.True);
    }

    [Test]
    public async Task A_part_that_does_not_follow_fails_its_request_alone()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] large = Batch(new string('x', 150_000));

        session.Tell(Produce(partition, large, 7, firstPart: 65536), TestActor);
        session.Tell(new ProduceProtocol.Chunk(7, 131072, large.AsMemory(131072)), TestActor);
        session.Tell(new ProduceProtocol.Chunk(7, 65536, large.AsMemory(65536, 65536)), TestActor);
        session.Tell(Produce(partition, Batch("a"), 8), TestActor);

        var broken = await ExpectMsgAsync<ProduceProtocol.Appended>();
        var next = await ExpectMsgAsync<ProduceProtocol.Appended>();
        Assert.That((broken.CorrelationId, broken.Error), Is.EqualTo((7L, ErrorCode.InvalidRequest)));
        Assert.That((next.CorrelationId, next.Error), Is.EqualTo((8L, ErrorCode.None)));
    }

    [Test]
    public async Task A_client_that_passes_its_window_is_refused_until_answers_have_come()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] large = Batch(new string('x', 200_000));

        session.Tell(Produce(partition, large, 1, firstPart: 65536), TestActor);
        session.Tell(Produce(partition, [.. large], 2, firstPart: 65536), TestActor);
        var refused = await ExpectMsgAsync<ProduceProtocol.Appended>();
        session.Tell(new ProduceProtocol.Chunk(1, 65536, large.AsMemory(65536)), TestActor);
        await ExpectMsgAsync<ProduceProtocol.Appended>();
        session.Tell(Produce(partition, Batch(new string('y', 50_000)), 3), TestActor);
        var accepted = await ExpectMsgAsync<ProduceProtocol.Appended>();

        Assert.That((refused.CorrelationId, refused.Error), Is.EqualTo((2L, ErrorCode.ThrottlingQuotaExceeded)));
        Assert.That((accepted.CorrelationId, accepted.Error), Is.EqualTo((3L, ErrorCode.None)));
    }

    [Test]
    public async Task Who_asks_for_no_acks_is_told_nothing_of_an_error()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        byte[] corrupt = Batch("a");
        corrupt[^1] ^= 1;

        session.Tell(Produce(partition, corrupt) with { Acks = Acks.None }, TestActor);

        var appended = await ExpectMsgAsync<ProduceProtocol.Appended>();
        Assert.That(
            (appended.Error, appended.Message, appended.BaseOffset), Is.EqualTo((ErrorCode.None, (string?)null, -1L)));
    }

    [Test]
    public async Task A_fetch_at_the_end_waits_and_is_woken_by_the_next_append()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Fetch(partition, 0, maxWaitMs: 30_000), TestActor);
        session.Tell(Produce(partition, Batch("a")), TestActor);

        var data = await FishForMessageAsync<FetchProtocol.Data>(_ => true);
        Assert.That(data.TotalBytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_fetch_waits_for_its_least_bytes()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        int size = Batch("a").Length;

        session.Tell(Fetch(partition, 0, maxWaitMs: 30_000, minBytes: 2 * size), TestActor);
        session.Tell(Produce(partition, Batch("a"), 1), TestActor);
        await ExpectMsgAsync<ProduceProtocol.Appended>();
        session.Tell(Produce(partition, Batch("b"), 2), TestActor);

        var data = await FishForMessageAsync<FetchProtocol.Data>(_ => true);
        Assert.That(data.TotalBytes, Is.EqualTo(2 * size));
    }

    [Test]
    public async Task A_fetch_whose_wait_is_over_is_completed_empty()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Fetch(partition, 0, maxWaitMs: 20), TestActor);

        Assert.That((await ExpectMsgAsync<FetchProtocol.Completed>()).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_fetch_outside_the_log_is_answered_at_once()
    {
        (IActorRef session, PartitionHandle partition) = await Start();

        session.Tell(Fetch(partition, 5, maxWaitMs: 30_000), TestActor);

        Assert.That((await ExpectMsgAsync<FetchProtocol.Data>()).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_partition_nobody_knows_is_an_unknown_topic_id()
    {
        (IActorRef session, PartitionHandle partition) = await Start();
        Partitions.Remove(partition);

        session.Tell(Produce(partition, Batch("a")), TestActor);

        Assert.That((await ExpectMsgAsync<ProduceProtocol.Appended>()).Error, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public async Task A_message_of_another_conversation_is_refused()
    {
        (IActorRef session, _) = await Start();

        session.Tell(new SessionProtocol.Connect(9, "test", SessionProtocol.Version), TestActor);

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
        PartitionHandle partition = Open("test");
        await Lead(partition);
        return (await Connect(OpenDoor()), partition);
    }
}
