using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class FetchRequestTests : ListenerTest
{
    private const int FarAway = 30_000;

    [Test]
    public async Task What_was_produced_is_fetched_in_every_version()
    {
        await ProduceAsync("a", "b");
        for (short version = 4; version <= 17; version++)
        {
            FetchResponse response = await FetchAsync(0, version: version);
            FetchResponse.PartitionData row = response.Responses[0].Partitions[0];
            Assert.That((row.ErrorCode, row.HighWatermark), Is.EqualTo((ErrorCode.None, 2L)), $"v{version}");
            Assert.That(BatchOf(row).RecordCount, Is.EqualTo(2), $"v{version}");
            Assert.That(response.Responses[0].Topic, Is.EqualTo(version < 13 ? Topic : ""), $"v{version}");
            Assert.That(
                response.Responses[0].TopicId, Is.EqualTo(version < 13 ? TopicId.None : Id), $"v{version}");
        }
    }

    [TestCase(5L)]
    [TestCase(-1L)]
    public async Task An_offset_outside_the_log_is_out_of_range_at_once(long offset)
    {
        await ProduceAsync("a");
        FetchResponse.PartitionData row = Row(await FetchAsync(offset, wait: FarAway));
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That((row.LogStartOffset, row.HighWatermark), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public async Task A_fetch_at_the_end_is_answered_empty_when_its_wait_is_over()
    {
        FetchResponse.PartitionData row = Row(await FetchAsync(0, wait: 20));
        Assert.That((row.ErrorCode, row.Records!.SizeInBytes), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public async Task A_fetch_waits_for_its_least_bytes()
    {
        using KafkaWireClient producer = await ListenerNode.ConnectAsync();
        int size = SampleRequests.Batch("a").Length;
        FetchRequest request = SampleRequests.Fetch(Topic, Id, 0);
        (request.MaxWaitMs, request.MinBytes) = (FarAway, 2 * size);
        await Client.SendAsync(request);
        await producer.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, SampleRequests.Batch("a")));
        await producer.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, SampleRequests.Batch("b")));
        FetchResponse.PartitionData row = Row(await Client.ReceiveAsync<FetchResponse>());
        Assert.That(row.Records!.SizeInBytes, Is.EqualTo(2 * size));
    }

    [Test]
    public async Task Max_bytes_cut_at_a_batch()
    {
        await ProduceAsync("a");
        await ProduceAsync("b");
        int size = SampleRequests.Batch("a").Length;
        Assert.That(Row(await FetchAsync(0, maxBytes: 2 * size)).Records!.SizeInBytes, Is.EqualTo(2 * size));
        Assert.That(Row(await FetchAsync(0, maxBytes: 2 * size - 1)).Records!.SizeInBytes, Is.EqualTo(size));
    }

    [Test]
    public async Task Records_of_older_segments_come_whole()
    {
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(Client, 1, ("segment.bytes", "1000000"));
        byte[][] batches =
            [.. Enumerable.Range(0, 4).Select(index => SampleRequests.Batch(new string((char)('a' + index), 600_000)))];
        foreach (byte[] batch in batches)
            await Client.AskAsync<ProduceResponse>(SampleRequests.Produce(topic, batch));
        for (int offset = 0; offset < batches.Length; offset++)
        {
            FetchResponse.PartitionData row =
                Row(await Client.AskAsync<FetchResponse>(SampleRequests.Fetch(topic, id, offset)));
            Assert.That((row.ErrorCode, BatchOf(row).BaseOffset), Is.EqualTo((ErrorCode.None, (long)offset)));
            Assert.That(row.Records!.SizeInBytes, Is.EqualTo(batches[offset].Length));
        }
    }

    [Test]
    public async Task A_session_answers_what_has_changed()
    {
        FetchRequest request = SampleRequests.Fetch(Topic, Id, 0);
        request.SessionEpoch = 0;
        var opened = await Client.AskAsync<FetchResponse>(request);
        await ProduceAsync("a");
        request = new FetchRequest { SessionId = opened.SessionId, SessionEpoch = 1, MinBytes = 1 };
        request.MaxWaitMs = FarAway;
        var changed = await Client.AskAsync<FetchResponse>(request);
        request.SessionEpoch = 9;
        var wrong = await Client.AskAsync<FetchResponse>(request);
        Assert.That(opened.SessionId, Is.Not.Zero);
        Assert.That((changed.SessionId, Row(changed).HighWatermark), Is.EqualTo((opened.SessionId, 1L)));
        Assert.That(wrong.ErrorCode, Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
    }

    [TestCase(1)]
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public async Task One_batch_that_is_larger_than_max_bytes_is_given_all_the_same(int maxBytes)
    {
        await ProduceAsync("a");
        await ProduceAsync("b");
        int size = SampleRequests.Batch("a").Length;
        Assert.That(Row(await FetchAsync(0, maxBytes: maxBytes)).Records!.SizeInBytes, Is.EqualTo(size));
    }

    [TestCase(1)]
    [TestCase(-1)]
    public async Task Only_the_first_partition_with_records_may_pass_its_limit(int maxBytes)
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(Client, partitions: 3);
        for (int partition = 1; partition < 3; partition++)
        {
            ProduceRequest produce = SampleRequests.Produce(topic, SampleRequests.Batch("a"));
            produce.TopicData[0].PartitionData[0].Index = partition;
            await Client.AskAsync<ProduceResponse>(produce);
        }

        FetchRequest request = SampleRequests.Fetch(topic, TopicId.None, 0);
        request.Topics[0].Partitions =
            [.. Enumerable.Range(0, 3).Select(partition =>
                new FetchRequest.FetchPartition { Partition = partition, PartitionMaxBytes = maxBytes })];
        var response = await Client.AskAsync<FetchResponse>(request, 12);
        Assert.That(
            response.Responses[0].Partitions.Select(row => row.Records!.SizeInBytes > 0),
            Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public async Task An_unknown_topic_is_told_so_by_name_and_by_id()
    {
        var byName = await Client.AskAsync<FetchResponse>(SampleRequests.Fetch("absent", TopicId.None, 0), 12);
        var byId = await Client.AskAsync<FetchResponse>(SampleRequests.Fetch("", TopicId.NewRandom(), 0), 13);
        Assert.That(Row(byName).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(Row(byId).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public async Task An_epoch_that_is_not_known_yet_is_told_so()
    {
        FetchRequest request = SampleRequests.Fetch(Topic, Id, 0);
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = new LeaderEpoch(99);
        Assert.That(
            Row(await Client.AskAsync<FetchResponse>(request)).ErrorCode, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [TestCase((short)14)]
    [TestCase((short)17)]
    public async Task A_fetch_of_a_replica_is_refused_at_a_clients_door(short version)
    {
        FetchRequest request = SampleRequests.Fetch(Topic, Id, 0);
        request.ReplicaId = new NodeId(2);
        request.ReplicaState = new FetchRequest.FetchingReplica { ReplicaId = new NodeId(2), ReplicaEpoch = 1 };
        var response = await Client.AskAsync<FetchResponse>(request, version);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.ClusterAuthorizationFailed));
        Assert.That(response.Responses, Is.Empty);
    }

    [Test]
    public async Task A_fetch_of_nothing_is_answered_at_once()
    {
        var response = await Client.AskAsync<FetchResponse>(
            new FetchRequest { MaxWaitMs = FarAway, MinBytes = 1 }, 12);
        Assert.That((response.ErrorCode, response.Responses.Count), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public async Task An_isolation_level_of_committed_records_answers_that_nothing_was_aborted()
    {
        await ProduceAsync("a");
        FetchRequest request = SampleRequests.Fetch(Topic, Id, 0);
        Assert.That(Row(await Client.AskAsync<FetchResponse>(request)).AbortedTransactions, Is.Null);
        request.IsolationLevel = 1;
        Assert.That(Row(await Client.AskAsync<FetchResponse>(request)).AbortedTransactions, Is.Empty);
    }

    private static FetchResponse.PartitionData Row(FetchResponse response) => response.Responses[0].Partitions[0];

    private static RecordBatch BatchOf(FetchResponse.PartitionData row)
    {
        Assert.That(RecordBatch.TryRead(((MemoryRecords)row.Records!).Bytes, out RecordBatch batch), Is.True);
        Assert.That(batch.IsCrcValid(), Is.True);
        return batch;
    }

    private Task<ProduceResponse> ProduceAsync(params string[] values) =>
        Client.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, SampleRequests.Batch(values)));

    private Task<FetchResponse> FetchAsync(
        long offset, int wait = FarAway, int maxBytes = 1024 * 1024, int version = 17)
    {
        FetchRequest request = SampleRequests.Fetch(Topic, Id, offset);
        request.MaxWaitMs = wait;
        request.MaxBytes = request.Topics[0].Partitions[0].PartitionMaxBytes = maxBytes;
        return Client.AskAsync<FetchResponse>(request, (short)version);
    }
}
