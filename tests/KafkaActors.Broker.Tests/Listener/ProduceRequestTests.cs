using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class ProduceRequestTests() : ListenerTest(("max.message.bytes", "5000"))
{
    [TestCase((short)0)]
    [TestCase((short)1)]
    [TestCase((short)2)]
    public async Task Versions_of_older_formats_are_refused_partition_by_partition(short version) =>
        Assert.That(
            (await ProduceAsync(Batch("a"), version: version)).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));

    [Test]
    public async Task Every_version_of_batches_is_appended_at_the_next_offset()
    {
        long offset = 0;
        for (short version = 3; version <= 11; version++)
        {
            ProduceResponse.PartitionProduceResponse answer = await ProduceAsync(Batch("a", "b"), version: version);
            Assert.That((answer.ErrorCode, answer.BaseOffset), Is.EqualTo((ErrorCode.None, offset)), $"v{version}");
            offset += 2;
        }
    }

    [TestCase((byte)0)]
    [TestCase((byte)1)]
    public async Task A_message_set_is_told_that_its_format_is_not_supported(byte magic)
    {
        byte[] messages = Batch("a");
        messages[RecordBatchLayout.Magic] = magic;
        Assert.That((await ProduceAsync(messages)).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedForMessageFormat));
    }

    [Test]
    public async Task Two_batches_for_one_partition_are_invalid() => Assert.That(
        (await ProduceAsync([.. Batch("a"), .. Batch("b")])).ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public async Task No_batch_is_invalid() =>
        Assert.That((await ProduceAsync([])).ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public async Task A_wrong_bit_is_a_corrupt_message_and_nothing_is_appended()
    {
        byte[] batch = Batch("a");
        batch[^1] ^= 1;
        Assert.That((await ProduceAsync(batch)).ErrorCode, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That((await ProduceAsync(Batch("b"))).BaseOffset, Is.Zero);
    }

    [Test]
    public async Task A_batch_cut_short_is_a_corrupt_message() =>
        Assert.That((await ProduceAsync(Batch("abc")[..^1])).ErrorCode, Is.EqualTo(ErrorCode.CorruptMessage));

    [Test]
    public async Task A_batch_beyond_max_message_bytes_is_too_large() => Assert.That(
        (await ProduceAsync(Batch(new string('x', 5000)))).ErrorCode, Is.EqualTo(ErrorCode.MessageTooLarge));

    [Test]
    public async Task A_batch_that_is_larger_than_the_receive_buffer_arrives_whole()
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(Client);
        byte[] batch = Batch(new string('x', 300_000));
        var produced = await Client.AskAsync<ProduceResponse>(SampleRequests.Produce(topic, batch));
        var fetched = await Client.AskAsync<FetchResponse>(SampleRequests.Fetch(topic, TopicId.None, 0), 12);
        Assert.That(produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(fetched.Responses[0].Partitions[0].Records!.SizeInBytes, Is.EqualTo(batch.Length));
    }

    [TestCase((short)2)]
    [TestCase((short)-2)]
    [TestCase((short)256)]
    [TestCase(short.MaxValue)]
    [TestCase(short.MinValue)]
    public async Task Acks_that_mean_nothing_are_refused(short acks) => Assert.That(
        (await ProduceAsync(Batch("a"), acks)).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequiredAcks));

    [TestCase((short)1)]
    [TestCase((short)-1)]
    public async Task A_request_that_gives_no_time_is_appended_all_the_same(short acks)
    {
        var request = SampleRequests.Produce(Topic, Batch("a"), acks);
        request.TimeoutMs = 0;
        var response = await Client.AskAsync<ProduceResponse>(request);
        Assert.That(response.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Without_acks_there_is_no_response_and_the_next_request_has_its_own()
    {
        for (int i = 0; i < 3; i++)
            await Client.SendRawAsync(KafkaWireClient.Frame(SampleRequests.Produce(Topic, Batch("a"), acks: 0), 11));
        ProduceResponse.PartitionProduceResponse next = await ProduceAsync(Batch("b"));
        Assert.That((next.ErrorCode, next.BaseOffset), Is.EqualTo((ErrorCode.None, 3L)));
    }

    [TestCase("corrupt")]
    [TestCase("unknown")]
    [TestCase("old")]
    public async Task Without_acks_an_error_closes_the_connection(string how)
    {
        byte[] batch = Batch("a");
        if (how == "corrupt") batch[^1] ^= 1;
        string topic = how == "unknown" ? "absent" : Topic;
        short version = how == "old" ? (short)2 : (short)11;
        await Client.SendRawAsync(KafkaWireClient.Frame(SampleRequests.Produce(topic, batch, acks: 0), version));
        Assert.That(await Client.IsClosedAsync(), Is.True);
    }

    [TestCase("absent", 0)]
    [TestCase(null, 1)]
    [TestCase(null, -1)]
    public async Task An_unknown_topic_or_partition_is_told_so(string? topic, int partition)
    {
        var request = SampleRequests.Produce(topic ?? Topic, Batch("a"));
        request.TopicData[0].PartitionData[0].Index = partition;
        var response = await Client.AskAsync<ProduceResponse>(request);
        ProduceResponse.PartitionProduceResponse answer = response.Responses[0].PartitionResponses[0];
        Assert.That(
            (answer.Index, answer.ErrorCode, answer.BaseOffset),
            Is.EqualTo((partition, ErrorCode.UnknownTopicOrPartition, -1L)));
    }

    [Test]
    public async Task Partitions_are_answered_each_by_itself_and_in_the_order_asked()
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(Client, partitions: 3);
        byte[] corrupt = Batch("x");
        corrupt[^1] ^= 1;
        var request = SampleRequests.Produce(topic, Batch("a"));
        request.TopicData[0].PartitionData =
            [Data(2, Batch("a")), Data(0, corrupt), Data(1, Batch("b")), Data(9, Batch("c"))];
        var response = await Client.AskAsync<ProduceResponse>(request);
        Assert.That(
            response.Responses[0].PartitionResponses.Select(answer => (answer.Index, answer.ErrorCode)),
            Is.EqualTo(new[]
            {
                (2, ErrorCode.None), (0, ErrorCode.CorruptMessage), (1, ErrorCode.None),
                (9, ErrorCode.UnknownTopicOrPartition),
            }));
    }

    [Test]
    public async Task A_request_for_nothing_is_answered_with_nothing()
    {
        var response = await Client.AskAsync<ProduceResponse>(new ProduceRequest { Acks = -1, TimeoutMs = 1000 });
        Assert.That(response.Responses, Is.Empty);
    }

    [Test]
    public async Task A_transaction_is_refused_as_long_as_there_are_none()
    {
        var request = SampleRequests.Produce(Topic, Batch("a"));
        request.TransactionalId = "t";
        var response = await Client.AskAsync<ProduceResponse>(request);
        Assert.That(response.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public async Task A_records_length_beyond_the_frame_closes_the_connection()
    {
        byte[] batch = Batch("a");
        byte[] frame = KafkaWireClient.Frame(SampleRequests.Produce(Topic, batch), 8);
        // The batch is the last of the frame, its length stands before it.
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(frame.Length - batch.Length - sizeof(int)), 1 << 30);
        await Client.SendRawAsync(frame);
        Assert.That(await Client.IsClosedAsync(), Is.True);
    }

    private static byte[] Batch(params string[] values) => SampleRequests.Batch(values);

    private static ProduceRequest.PartitionProduceData Data(int partition, byte[] records) =>
        new() { Index = partition, Records = new Protocol.Wire.MemoryRecords(records) };

    private async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(
        byte[] records, short acks = -1, short version = 11)
    {
        var response = await Client.AskAsync<ProduceResponse>(
            SampleRequests.Produce(Topic, records, acks), version);
        return response.Responses[0].PartitionResponses[0];
    }
}
