using System.Text;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Serialization;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests;

/// <summary>Records through a producer and a consumer over real remoting, with a node that stores in memory.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class RoundTripTests
{
    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    public async Task Records_come_back_in_order_whatever_name_the_node_is_contacted_by(
        string host, CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(
            $"{host}:{node.Port}", cancellationToken: timeout);
        await using KafkaProducer<string?, string?> producer =
            client.CreateProducer(Serializers.Utf8, Serializers.Utf8);
        List<Task<Delivery>> deliveries = [];
        for (int i = 0; i < 1000; i++) deliveries.Add(producer.ProduceAsync("t", $"k{i}", $"v{i}", timeout));
        Delivery[] delivered = await Task.WhenAll(deliveries);
        Assert.That(delivered.Select(delivery => delivery.Offset), Is.EqualTo(Enumerable.Range(0, 1000)));

        await using KafkaConsumer<string?, string?> consumer =
            client.CreateConsumer(Deserializers.Utf8, Deserializers.Utf8);
        consumer.Assign(new TopicPartitionStart(new TopicPartition("t", 0), StartOffset.Beginning));
        List<string?> values = [];
        await foreach (ConsumeResult<string?, string?> record in consumer.ReadAllAsync(timeout))
        {
            values.Add(record.Value);
            if (values.Count == 1000) break;
        }

        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => $"v{i}")));
    }

    [Test]
    public async Task A_record_beyond_the_message_size_goes_in_chunks_both_ways(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(
            $"127.0.0.1:{node.Port}", cancellationToken: timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        byte[] value = Encoding.ASCII.GetBytes(new string('x', 1_000_000));
        await producer.ProduceAsync(new ProducerRecord("t", null, value), timeout);

        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(new TopicPartition("t", 0), StartOffset.Beginning));
        await consumer.WaitToReadAsync(timeout);
        Assert.That(consumer.TryRead(out FetchedRecord record), Is.True);
        Assert.That(record.Record.Value!.Value.ToArray(), Is.EqualTo(value));
    }
}
