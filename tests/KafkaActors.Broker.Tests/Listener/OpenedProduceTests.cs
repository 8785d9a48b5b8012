using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>What a node says of the records within clients' batches, and of what their headers claim.</summary>
public sealed class OpenedProduceTests : ListenerTest
{
    private static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Test]
    public async Task A_record_is_found_by_its_time_whatever_maximum_its_header_claims(
        [ValueSource(nameof(Codecs))] CompressionType codec, [Values(-1, 0)] int claimed)
    {
        byte[] batch = Batch(10, codec);
        RecordBatchPatcher.CorrectMaxTimestamp(batch, claimed < 0 ? claimed : Now);
        Assert.That((await ProduceAsync(batch)).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await OffsetAtAsync(Now + 5), Is.EqualTo(5));
        Assert.That(await OffsetAtAsync(timestamp: -3), Is.EqualTo(9), "the greatest time");
    }

    [TestCase(CompressionType.Gzip)]
    [TestCase(CompressionType.Snappy)]
    [TestCase(CompressionType.Lz4)]
    [TestCase(CompressionType.Zstd)]
    public async Task A_block_that_is_none_is_refused_on_any_topic_and_nothing_is_stored(CompressionType codec)
    {
        byte[] garbage = Batch(10, codec);
        garbage.AsSpan(RecordBatchLayout.HeaderSize).Fill(0xAB);
        RecordBatchPatcher.CorrectMaxTimestamp(garbage, Now);
        ProduceResponse.PartitionProduceResponse answer = await ProduceAsync(garbage);
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(answer.ErrorMessage, Does.Contain($"{codec}"));
        Assert.That((await ProduceAsync(Batch(1, codec))).BaseOffset, Is.Zero);
    }

    [TestCase(CompressionType.None, (short)8)]
    [TestCase(CompressionType.Zstd, (short)11)]
    public async Task Each_bad_record_of_a_batch_is_named(CompressionType codec, short version)
    {
        (Topic, _) = await ListenerNode.CreateTopicAsync(Client, 1, ("cleanup.policy", "compact"));
        ProduceResponse.PartitionProduceResponse answer = await ProduceAsync(TenOfAHundredWithoutKey(codec), version);
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(answer.ErrorMessage, Does.StartWith("10 of 100 records"));
        Assert.That(answer.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo(Enumerable.Range(0, 10)
            .Select(ten => (ten * 10) + 7)));
        Assert.That(answer.RecordErrors[0].BatchIndexErrorMessage, Does.Contain("key"));
    }

    [Test]
    public async Task Versions_that_do_not_know_record_errors_are_told_the_error_alone()
    {
        (Topic, _) = await ListenerNode.CreateTopicAsync(Client, 1, ("cleanup.policy", "compact"));
        var answer = await ProduceAsync(TenOfAHundredWithoutKey(CompressionType.Gzip), version: 7);
        Assert.That((answer.ErrorCode, answer.RecordErrors.Count), Is.EqualTo((ErrorCode.InvalidRecord, 0)));
    }

    [Test]
    public async Task A_batch_of_a_transaction_that_nobody_has_opened_is_refused([Values(3, 11)] int version)
    {
        byte[] batch = Batch(1, CompressionType.None, new ProducerSequence(4711, 0, 0), isTransactional: true);
        Assert.That((await ProduceAsync(batch, (short)version)).ErrorCode, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That((await ProduceAsync(Batch(1))).BaseOffset, Is.Zero);
    }

    [Test]
    public async Task Zstd_is_taken_from_version_7_on()
    {
        Assert.That((await ProduceAsync(Batch(1, CompressionType.Zstd), version: 6)).ErrorCode,
            Is.EqualTo(ErrorCode.UnsupportedCompressionType));
        Assert.That((await ProduceAsync(Batch(1, CompressionType.Zstd), version: 7)).ErrorCode,
            Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task An_empty_partition_takes_only_the_first_batch_of_a_producer_it_does_not_know()
    {
        Assert.That((await ProduceAsync(Sequence(7, 5))).ErrorCode, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await ProduceAsync(Sequence(7, 0))).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync(Sequence(8, 5))).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Batches_of_a_connection_keep_their_order_whatever_it_takes_to_open_them()
    {
        byte[][] batches =
        [
            Large(CompressionType.Gzip, 0), Batch(1), Large(CompressionType.Zstd, 1), Batch(2, CompressionType.Lz4),
            Batch(1), Large(CompressionType.Snappy, 2),
        ];
        foreach (byte[] batch in batches) await Client.SendAsync(SampleRequests.Produce(Topic, batch));
        var offsets = new List<long>();
        foreach (byte[] _ in batches)
        {
            var response = await Client.ReceiveAsync<ProduceResponse>();
            offsets.Add(response.Responses[0].PartitionResponses[0].BaseOffset);
        }

        Assert.That(offsets, Is.EqualTo(new long[] { 0, 1, 2, 3, 5, 6 }));
    }

    [Test]
    public async Task What_a_client_sent_without_acks_before_it_left_is_stored()
    {
        using KafkaWireClient leaving = await ListenerNode.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            byte[] frame = KafkaWireClient.Frame(
                SampleRequests.Produce(Topic, Large(CompressionType.Gzip, i), acks: 0), 11);
            await leaving.SendRawAsync(frame);
        }

        leaving.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await Eventually.True(async () => await OffsetAtAsync(timestamp: -1) == 3, "three records are stored");
    }

    [Test]
    public async Task A_batch_that_decompresses_without_end_is_refused_and_others_do_not_wait_for_it()
    {
        byte[] bomb = Bomb(120_000_000);
        Assert.That(bomb, Has.Length.LessThan(20_000));
        KafkaWireClient[] attackers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => ListenerNode.ConnectAsync()));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (KafkaWireClient attacker in attackers)
            await attacker.SendAsync(SampleRequests.Produce(Topic, bomb));
        var answered = await Client.AskAsync<ApiVersionsResponse>(
            new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" });
        Assert.That(answered.ErrorCode, Is.EqualTo(ErrorCode.None));
        foreach (KafkaWireClient attacker in attackers)
        {
            var response = await attacker.ReceiveAsync<ProduceResponse>();
            Assert.That(response.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.MessageTooLarge));
            attacker.Dispose();
        }

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(50_000_000));
    }

    [Test]
    public async Task A_producer_is_forgotten_after_its_time_by_the_partition_and_by_who_describes_it()
    {
        using var data = new TempDirectory();
        await using KafkaActorsNode node = await KafkaActorsNode.StartAsync(
            ListenerNode.Config(data.Path, "producer.id.expiration.ms = 1000"), new NodeOptions());
        Client.Dispose();
        Client = await KafkaWireClient.ConnectAsync("127.0.0.1", ListenerNode.Door(node).Port);
        (Topic, _) = await ListenerNode.CreateTopicAsync(Client);
        Assert.That((await ProduceAsync(Sequence(7, 0))).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync(Sequence(7, 5))).ErrorCode, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(await DescribedAsync(), Is.EqualTo(new long[] { 7 }));
        await Eventually.True(async () => (await DescribedAsync()).Length == 0, "the producer is forgotten");
        Assert.That((await ProduceAsync(Sequence(7, 5))).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private static byte[] Batch(
        int records,
        CompressionType codec = CompressionType.None,
        ProducerSequence? producer = null,
        bool isTransactional = false)
    {
        var builder = new RecordBatchBuilder(1 << 20, codec);
        for (int index = 0; index < records; index++)
            builder.TryAppend(Now + index, new byte[] { 1 }, new byte[] { (byte)index });
        return builder.Build(producer ?? ProducerSequence.None, isTransactional);
    }

    private static byte[] Sequence(long producerId, int sequence) =>
        Batch(1, producer: new ProducerSequence(producerId, 0, sequence));

    /// <summary>One record of a megabyte, which is small when compressed.</summary>
    private static byte[] Large(CompressionType codec, int fill)
    {
        var builder = new RecordBatchBuilder(1 << 21, codec);
        byte[] value = new byte[1_000_000];
        value.AsSpan().Fill((byte)fill);
        builder.TryAppend(Now, null, value);
        return builder.Build();
    }

    private static byte[] Bomb(int bytes)
    {
        var builder = new RecordBatchBuilder(bytes + 1_000, CompressionType.Zstd);
        builder.TryAppend(Now, null, new byte[bytes]);
        return builder.Build();
    }

    private static byte[] TenOfAHundredWithoutKey(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(1 << 20, codec);
        for (int index = 0; index < 100; index++)
        {
            ReadOnlyMemory<byte>? key = index % 10 == 7 ? default(ReadOnlyMemory<byte>?) : new byte[] { 1 };
            builder.TryAppend(Now, key, new byte[] { 2 });
        }

        return builder.Build();
    }

    private async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(byte[] batch, short version = 11)
    {
        var response = await Client.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, batch), version);
        return response.Responses[0].PartitionResponses[0];
    }

    private async Task<long> OffsetAtAsync(long timestamp)
    {
        var response = await Client.AskAsync<ListOffsetsResponse>(new ListOffsetsRequest
        {
            ReplicaId = NodeId.None,
            Topics = [new() { Name = Topic, Partitions = [new() { Timestamp = timestamp }] }],
        });
        Assert.That(response.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return response.Topics[0].Partitions[0].Offset;
    }

    private async Task<long[]> DescribedAsync()
    {
        var response = await Client.AskAsync<DescribeProducersResponse>(new DescribeProducersRequest
        {
            Topics = [new() { Name = Topic, PartitionIndexes = [0] }],
        });
        Assert.That(response.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return [.. response.Topics[0].Partitions[0].ActiveProducers.Select(producer => producer.ProducerId)];
    }
}
