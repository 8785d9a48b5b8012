using System.Text;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Consuming;

/// <summary>Where a consumer begins, goes on, and stops.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ConsumerTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    private static readonly object[][] Starts =
    [
        [StartOffset.Beginning, 2],
        [StartOffset.At(7), 7],
        [StartOffset.AtTime(5), 5],
        [StartOffset.AtTime(50), 20],
        [StartOffset.End, 20],
        [StartOffset.At(1), 20],
    ];

    [TestCaseSource(nameof(Starts))]
    public async Task Reading_begins_where_it_was_told(object start, int first, CancellationToken timeout)
    {
        // Ten records in one batch; the first two were deleted. Ten more come later, for those who begin at the end.
        FakeCluster cluster = Cluster(20);
        cluster.Log("t").StartOffset = 2;
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, (StartOffset)start));
        if (first == 20)
        {
            while (consumer.Position(Partition) != 20) await Task.Yield();
            cluster.Log("t").Append(Batch(20, 10));
        }

        Assert.That((await ReadAsync(consumer, 3, timeout))[0], Is.EqualTo(first));
    }

    [Test]
    public async Task An_offset_that_does_not_exist_is_an_error_without_a_reset(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer(
            ConsumerSettings.Default with { AutoOffsetReset = OffsetReset.None });
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.At(99)));
        await consumer.WaitToReadAsync(timeout);
        PartitionException? fault = Assert.Throws<PartitionException>(() => consumer.TryRead(out _));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_seek_drops_what_was_fetched_ahead(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(100);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.Beginning));
        await ReadAsync(consumer, 10, timeout);
        consumer.Seek(Partition, StartOffset.At(50));
        Assert.That(await ReadAsync(consumer, 3, timeout), Is.EqualTo(new long[] { 50, 51, 52 }));
        Assert.That(consumer.Position(Partition), Is.EqualTo(53));
    }

    [Test]
    public async Task A_paused_partition_gives_nothing_and_goes_on_where_it_stood(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(100);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.Beginning));
        await ReadAsync(consumer, 10, timeout);
        consumer.Pause(Partition);
        Assert.That(consumer.TryRead(out _), Is.False);
        consumer.Resume(Partition);
        Assert.That(await ReadAsync(consumer, 2, timeout), Is.EqualTo(new long[] { 10, 11 }));
    }

    [TestCase(ErrorCode.NotLeaderOrFollower)]
    [TestCase(ErrorCode.KafkaStorageError)]
    [TestCase(ErrorCode.UnknownLeaderEpoch)]
    public async Task Errors_that_pass_are_waited_for(ErrorCode error, CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(5);
        cluster.FetchErrors.Enqueue(error);
        cluster.FetchErrors.Enqueue(error);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.At(0)));
        Assert.That(await ReadAsync(consumer, 5, timeout), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Reading_goes_on_when_the_node_was_started_again(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(5);
        FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.At(0)));
        await ReadAsync(consumer, 5, timeout);
        int port = node.Port;
        await node.DisposeAsync();
        cluster.Log("t").Append(Batch(5, 5));
        await using FakeNode again = FakeNode.Start(cluster, port: port);
        Assert.That(await ReadAsync(consumer, 5, timeout), Is.EqualTo(new long[] { 5, 6, 7, 8, 9 }));
    }

    [Test]
    public async Task A_batch_with_a_wrong_checksum_is_an_error(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster(5);
        cluster.Log("t").Batches[0][^1] ^= 1;
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.At(0)));
        await consumer.WaitToReadAsync(timeout);
        PartitionException? fault = Assert.Throws<PartitionException>(() => consumer.TryRead(out _));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    private static FakeCluster Cluster(int records)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        cluster.Log("t").Append(Batch(0, records));
        return cluster;
    }

    private static byte[] Batch(int first, int count)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        for (int i = first; i < first + count; i++) builder.TryAppend(i, null, Encoding.ASCII.GetBytes($"{i}"));
        return builder.Build();
    }

    private static async Task<List<long>> ReadAsync(RecordConsumer consumer, int count, CancellationToken timeout)
    {
        List<long> offsets = [];
        while (offsets.Count < count && await consumer.WaitToReadAsync(timeout))
        {
            while (offsets.Count < count && consumer.TryRead(out FetchedRecord record))
                offsets.Add(record.Record.Offset);
        }

        return offsets;
    }
}
