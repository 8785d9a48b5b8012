using System.Text;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>A record written and read back through one client.</summary>
internal static class SecretTraffic
{
    public static async Task RunAsync(KafkaActorsClient client, string topic)
    {
        IReadOnlyList<TopicResult> created = await client.Admin.CreateTopicsAsync(
            [new NewTopic(topic, 1, 1, [], new Dictionary<string, string>())]);
        Assert.That(created.Single().Error, Is.EqualTo(ErrorCode.None), created.Single().Message);
        byte[] value = Encoding.UTF8.GetBytes($"to {topic}");
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(new ProducerRecord(topic, null, value) { Partition = 0 });
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign([new TopicPartitionStart(new TopicPartition(topic, 0), StartOffset.Beginning)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (FetchedRecord record in consumer.ReadAllAsync(limit.Token))
        {
            Assert.That(record.Record.Value!.Value.ToArray(), Is.EqualTo(value));
            break;
        }
    }
}
