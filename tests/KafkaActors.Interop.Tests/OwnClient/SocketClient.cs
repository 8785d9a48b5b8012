using Akka.Configuration;
using KafkaActors.Client;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>This project's client at Kafka ports, in short sentences for tests.</summary>
internal static class SocketClient
{
    private const string Quick =
        """
        akka.loglevel = OFF
        kafka-actors.client {
          request.timeout.ms = 10000
          retry.backoff.ms = 20
          reconnect.backoff.ms = 20
          producer.linger.ms = 1
          producer.batch.size = 4000
          consumer.auto.offset.reset = earliest
          consumer.heartbeat.interval.ms = 100
          consumer.session.timeout.ms = 6000
        }
        """;

    public static Task<KafkaActorsClient> StartAsync(string bootstrap, string overlay = "") =>
        KafkaActorsClient.StartAsync(
            bootstrap, ConfigurationFactory.ParseString(overlay).WithFallback(ConfigurationFactory.ParseString(Quick)));

    /// <summary>Numbers as texts, from one on; the deliveries in their order.</summary>
    public static async Task<Delivery[]> ProduceAsync(
        KafkaActorsClient client, string topic, int count, CancellationToken timeout)
    {
        await using RecordProducer producer = client.CreateRecordProducer();
        List<Task<Delivery>> deliveries = [];
        for (int number = 1; number <= count; number++)
        {
            byte[] text = System.Text.Encoding.ASCII.GetBytes($"{number}");
            deliveries.Add(producer.ProduceAsync(new ProducerRecord(topic, text, text), timeout));
        }

        return await Task.WhenAll(deliveries);
    }

    /// <summary>What is read of the topic from its beginning, until so many records have come.</summary>
    public static async Task<int[]> ReadAsync(
        KafkaActorsClient client, string topic, int partitions, int count, CancellationToken timeout)
    {
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign([.. Enumerable.Range(0, partitions)
            .Select(index => new TopicPartitionStart(new TopicPartition(topic, index), StartOffset.Beginning))]);
        return await TakeAsync(consumer, count, timeout);
    }

    /// <summary>The next so many records of a consumer, as numbers.</summary>
    public static async Task<int[]> TakeAsync(RecordConsumer consumer, int count, CancellationToken timeout)
    {
        List<int> numbers = [];
        await foreach (FetchedRecord record in consumer.ReadAllAsync(timeout))
        {
            numbers.Add(int.Parse(record.Record.Value!.Value.Span, System.Globalization.CultureInfo.InvariantCulture));
            if (numbers.Count == count) break;
        }

        return [.. numbers];
    }
}
