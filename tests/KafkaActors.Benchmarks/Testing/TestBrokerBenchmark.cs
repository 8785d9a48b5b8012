using System.Diagnostics;
using Confluent.Kafka;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Client;
using KafkaActors.Client.Consuming;
using KafkaActors.Testing;
using KafkaActors.TestKit;
using ActorSerializers = KafkaActors.Client.Serialization.Serializers;
using ActorTopicPartition = KafkaActors.Protocol.TopicPartition;
using StringMessage = Confluent.Kafka.Message<Confluent.Kafka.Null, string>;

namespace KafkaActors.Benchmarks.Testing;

/// <summary>
/// How long does a test wait for a broker of its own, and for the first record in and out? The first broker of the
/// process, cold, stands apart from those after it. Each client is made anew in each round, as a test makes it.
/// </summary>
internal static class TestBrokerBenchmark
{
    private const int WarmRounds = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        Librdkafka.UseThePackagesOwn(typeof(Library).Assembly);
        await WriteAsync(output, "first", [await RoundAsync().ConfigureAwait(false)]).ConfigureAwait(false);
        List<IReadOnlyList<Step>> rounds = [];
        for (long left = options.Scaled(WarmRounds * options.Rounds); left > 0; left--)
            rounds.Add(await RoundAsync().ConfigureAwait(false));
        await WriteAsync(output, "later", rounds).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<Step>> RoundAsync()
    {
        List<Step> steps = [];
        long started = Stopwatch.GetTimestamp();
        KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync().ConfigureAwait(false);
        steps.Add(new Step("StartAsync", Stopwatch.GetElapsedTime(started)));
        await TimeAsync("CreateTopicAsync", () => kafka.CreateTopicAsync("records", partitions: 1))
            .ConfigureAwait(false);
        await TimeAsync("Confluent.Kafka, first produce", () => ProduceAsync(kafka)).ConfigureAwait(false);
        await TimeAsync("Confluent.Kafka, first consume, assigned", () => Consume(kafka, "", Assign))
            .ConfigureAwait(false);
        await TimeAsync("Confluent.Kafka, first consume, in a group", () => Consume(kafka, "readers", Subscribe))
            .ConfigureAwait(false);
        await TimeAsync("KafkaActors.Client, start to first produce and consume", () => ActorClientAsync(kafka))
            .ConfigureAwait(false);
        await TimeAsync("DisposeAsync", () => kafka.DisposeAsync().AsTask()).ConfigureAwait(false);
        return steps;

        async Task TimeAsync(string name, Func<Task> step)
        {
            long begun = Stopwatch.GetTimestamp();
            await step().ConfigureAwait(false);
            steps.Add(new Step(name, Stopwatch.GetElapsedTime(begun)));
        }
    }

    private static async Task ProduceAsync(KafkaActorsBroker kafka)
    {
        // Its end takes up to 100 ms, a poll of its own, which is not the first record's.
        IProducer<Null, string> producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 0 }).Build();
        await producer.ProduceAsync("records", new StringMessage { Value = "x" }).ConfigureAwait(false);
        _ = Task.Run(producer.Dispose);
    }

    // An offset of its own: for "the beginning" librdkafka first waits half a second for a leader, whoever the broker.
    private static void Assign(IConsumer<Null, string> consumer) =>
        consumer.Assign(new TopicPartitionOffset("records", 0, 0));

    private static void Subscribe(IConsumer<Null, string> consumer) => consumer.Subscribe("records");

    private static Task Consume(KafkaActorsBroker kafka, string group, Action<IConsumer<Null, string>> begin)
    {
        // Leaving takes time of its own, which is not the first record's.
        IConsumer<Null, string> consumer = new ConsumerBuilder<Null, string>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = group.Length > 0 ? group : "none",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        begin(consumer);
        if (consumer.Consume(Timeout) is null) throw new InvalidOperationException("no record came");
        _ = Task.Run(consumer.Dispose);
        return Task.CompletedTask;
    }

    private static async Task ActorClientAsync(KafkaActorsBroker kafka)
    {
        KafkaActorsClient client = await KafkaActorsClient.StartAsync(kafka.AkkaAddress).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            var producer = client.CreateProducer(ActorSerializers.Utf8, ActorSerializers.Utf8);
            await producer.ProduceAsync("records", "key", "x").ConfigureAwait(false);
            RecordConsumer consumer = client.CreateRecordConsumer();
            consumer.Assign(new TopicPartitionStart(new ActorTopicPartition("records", 0), StartOffset.Beginning));
            await consumer.WaitToReadAsync().ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(TextWriter output, string which, IReadOnlyList<IReadOnlyList<Step>> rounds)
    {
        foreach (IGrouping<string, Step> step in rounds.SelectMany(round => round).GroupBy(step => step.Name))
        {
            Statistics times = Statistics.Of(step.Select(one => one.Time.TotalMilliseconds));
            await output.WriteLineAsync($"{which} broker, {step.Key}, ms: {times.ToString("F0")}")
                .ConfigureAwait(false);
        }
    }

    private sealed record Step(string Name, TimeSpan Time);
}
