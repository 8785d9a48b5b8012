using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using KafkaActors.Benchmarks.Native;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// How fast do stock Kafka clients write to and read from a node process, and what do they cost it? The clients are in
/// this process: librdkafka without a .NET client around it, and Confluent.Kafka with one call a record.
/// </summary>
internal static class KafkaPortBenchmark
{
    private const int RecordBytes = 100;
    private const long Records = 5_000_000;
    private const long Singles = 10_000;

    private static readonly (string Name, (string Name, string Value)[] Settings)[] Producers =
    [
        ("batches of 10,000", []),
        ("batch.size=65536", [("batch.size", "65536")]),
        ("batch.size=8192", [("batch.size", "8192")]),
    ];

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        Librdkafka.UseThePackagesOwn(typeof(Library).Assembly);
        Librdkafka.UseThePackagesOwn(typeof(NativeMethods).Assembly);
        using WorkDirectory directory = new(options);
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        long records = options.Scaled(Records);
        List<Measured> all = [];
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (Measured one in await RoundAsync(node, round, records).ConfigureAwait(false))
            {
                await output.WriteLineAsync($"{round}: {one}").ConfigureAwait(false);
                all.Add(one);
            }
        }

        await WriteAsync(output, all).ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"node resident: {node.Process.ResidentBytes / 1e6:F0} MB"))
            .ConfigureAwait(false);
        await SinglesAsync(node, (int)options.Scaled(Singles), output).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<Measured>> RoundAsync(NodeProcess node, int round, long records)
    {
        List<Measured> measured = [];
        foreach ((string name, (string, string)[] settings) in Producers)
        {
            string topic = $"librdkafka-{round}-{measured.Count}";
            await PerfTools.CreateTopic(node, topic).ConfigureAwait(false);
            using NativeClient producer = NativeClient.Producer(
                node.KafkaBootstrap!, topic, [.. ProducerSettings, .. settings]);
            // Connected, and the node's code compiled, before the clock starts.
            producer.ProduceOne(RecordBytes);
            measured.Add(Measured.Of($"librdkafka produces, {name}", node, records,
                () => producer.Produce(records, RecordBytes)));
        }

        using (NativeClient consumer = NativeClient.Consumer(node.KafkaBootstrap!, $"librdkafka-{round}-0"))
        {
            measured.Add(Measured.Of("librdkafka consumes", node, records, () =>
            {
                consumer.StartConsuming(offset: 0);
                consumer.Consume(records);
                consumer.StopConsuming();
            }));
        }

        await PerfTools.CreateTopic(node, $"confluent-{round}").ConfigureAwait(false);
        measured.Add(Measured.Of("Confluent.Kafka produces, a call a record", node, records,
            () => ProduceEach(node, $"confluent-{round}", records)));
        return measured;
    }

    private static (string, string)[] ProducerSettings =>
    [
        ("linger.ms", "5"), ("batch.num.messages", "10000"), ("queue.buffering.max.messages", "1000000"), ("acks", "1"),
    ];

    private static void ProduceEach(NodeProcess node, string topic, long records)
    {
        using IProducer<Null, byte[]> producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = node.KafkaBootstrap,
            LingerMs = 5,
            Acks = Acks.Leader,
            QueueBufferingMaxMessages = 1_000_000,
            EnableDeliveryReports = false,
        }).Build();
        var partition = new TopicPartition(topic, 0);
        var message = new Message<Null, byte[]> { Value = new byte[RecordBytes] };
        for (long sent = 0; sent < records;)
        {
            try
            {
                producer.Produce(partition, message);
                sent++;
            }
            catch (ProduceException<Null, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(TimeSpan.FromMilliseconds(5));
            }
        }

        producer.Flush();
    }

    // One record at a time, each awaited: acknowledged, then given to the consumer.
    private static async Task SinglesAsync(NodeProcess node, int records, TextWriter output)
    {
        await PerfTools.CreateTopic(node, "singles").ConfigureAwait(false);
        using NativeClient producer = NativeClient.Producer(
            node.KafkaBootstrap!, "singles", ("linger.ms", "0"), ("acks", "1"));
        using NativeClient consumer = NativeClient.Consumer(node.KafkaBootstrap!, "singles");
        await WriteAsync(output, "acknowledgement", Times(records, () => producer.ProduceOne(RecordBytes)))
            .ConfigureAwait(false);
        consumer.StartConsuming(offset: 0);
        consumer.Consume(records + (records / 10));
        await WriteAsync(output, "produce to consume", Times(records, () =>
        {
            producer.ProduceOne(RecordBytes);
            consumer.Consume(1);
        })).ConfigureAwait(false);
        consumer.StopConsuming();
    }

    private static double[] Times(int count, Action one)
    {
        for (int warmUp = 0; warmUp < count / 10; warmUp++) one();
        double[] times = new double[count];
        for (int index = 0; index < count; index++)
        {
            long started = Stopwatch.GetTimestamp();
            one();
            times[index] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static Task WriteAsync(TextWriter output, string what, double[] sorted) =>
        output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, ms: median {sorted[sorted.Length / 2]:F2}, "
            + $"99th percentile {sorted[sorted.Length * 99 / 100]:F2}, greatest {sorted[^1]:F1}"));

    private static async Task WriteAsync(TextWriter output, IReadOnlyList<Measured> all)
    {
        foreach (IGrouping<string, Measured> same in all.GroupBy(one => one.Name))
        {
            string rates = Statistics.Of(same.Select(one => one.RecordsPerSecond)).ToString("F0");
            string node = Statistics.Of(same.Select(one => one.NodePerMillion)).ToString("F2");
            await output.WriteLineAsync($"{same.Key}: records/s {rates}; node CPU s per million {node}")
                .ConfigureAwait(false);
        }
    }

    private sealed record Measured(string Name, double RecordsPerSecond, double NodePerMillion, double ClientPerMillion)
    {
        public static Measured Of(string name, NodeProcess node, long records, Action work)
        {
            TimeSpan before = node.Process.ProcessorTime;
            ProcessorUse use = ProcessorUse.Of(work);
            TimeSpan ofNode = node.Process.ProcessorTime - before;
            double millions = records / 1e6;
            return new Measured(
                name, records / use.Elapsed.TotalSeconds, ofNode.TotalSeconds / millions,
                use.Processor.TotalSeconds / millions);
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {RecordsPerSecond:F0} records/s; CPU s per million: node {NodePerMillion:F2}, "
            + $"client {ClientPerMillion:F2}");
    }
}
