using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Contact;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>This project's client, by whichever carrier, in short sentences for tests.</summary>
/// <param name="config">What its producers and consumers are set to.</param>
internal sealed class CarriedClient(KafkaActorsClient client, Config config) : IAsyncDisposable
{
    private static readonly Config Quick = ConfigurationFactory.ParseString(
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
        """);

    public AdminClient Admin => client.Admin;

    /// <summary>A client in an ActorSystem of its own; the port that it contacts decides how it speaks.</summary>
    public static async Task<CarriedClient> StartAsync(string bootstrap, string overlay = "")
    {
        Config config = ConfigurationFactory.ParseString(overlay).WithFallback(Quick);
        return new CarriedClient(
            await KafkaActorsClient.StartAsync(bootstrap, config), config.WithFallback(KafkaActorsClientConfig.System));
    }

    /// <summary>A client in the ActorSystem of a node.</summary>
    public static CarriedClient In(ActorSystem system, string bootstrap, string overlay)
    {
        Config config = ConfigurationFactory.ParseString(overlay).WithFallback(Quick)
            .WithFallback(system.Settings.Config);
        ClientSettings settings =
            ClientSettings.From(config) with { BootstrapServers = ContactPoint.ParseList(bootstrap) };
        return new CarriedClient(KafkaActorsClient.Create(system, settings), config);
    }

    /// <summary>The next so many records of a consumer, as numbers.</summary>
    public static async Task<int[]> TakeAsync(RecordConsumer consumer, int count, CancellationToken timeout)
    {
        List<int> numbers = [];
        await foreach (FetchedRecord record in consumer.ReadAllAsync(timeout))
        {
            numbers.Add(int.Parse(record.Record.Value!.Value.Span, CultureInfo.InvariantCulture));
            if (numbers.Count == count) break;
        }

        return [.. numbers];
    }

    public RecordConsumer CreateRecordConsumer() => client.CreateRecordConsumer(ConsumerSettings.From(config));

    /// <summary>Numbers as texts, from one on; the deliveries in their order.</summary>
    public async Task<Delivery[]> ProduceAsync(string topic, int count, CancellationToken timeout)
    {
        await using RecordProducer producer = client.CreateRecordProducer(ProducerSettings.From(config));
        List<Task<Delivery>> deliveries = [];
        for (int number = 1; number <= count; number++)
        {
            byte[] text = Encoding.ASCII.GetBytes($"{number}");
            deliveries.Add(producer.ProduceAsync(new ProducerRecord(topic, text, text), timeout));
        }

        return await Task.WhenAll(deliveries);
    }

    /// <summary>What is read of the topic from its beginning, until so many records have come.</summary>
    public async Task<int[]> ReadAsync(string topic, int partitions, int count, CancellationToken timeout)
    {
        await using RecordConsumer consumer = CreateRecordConsumer();
        consumer.Assign([.. Enumerable.Range(0, partitions)
            .Select(index => new TopicPartitionStart(new TopicPartition(topic, index), StartOffset.Beginning))]);
        return await TakeAsync(consumer, count, timeout);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
