using System.Globalization;
using KafkaActors.Benchmarks.Native;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Testing;
using KafkaActors.TestKit;

namespace KafkaActors.Benchmarks.Testing;

/// <summary>
/// How many bytes does the broker allocate for a megabyte that goes in, and for one that goes out? The broker is in
/// this process and the client is librdkafka, which allocates nothing from .NET: what is counted is the broker's.
/// </summary>
internal static class AllocationBenchmark
{
    private const int RecordBytes = 100;
    private const long Records = 2_000_000;

    private static readonly string[] BatchSizes = ["1000000", "65536", "8192"];

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        Librdkafka.UseThePackagesOwn(typeof(NativeMethods).Assembly);
        KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync().ConfigureAwait(false);
        await using (kafka.ConfigureAwait(false))
        {
            long records = options.Scaled(Records);
            foreach (string batchSize in BatchSizes)
            {
                for (int round = 1; round <= options.Rounds; round++)
                {
                    string topic = $"records-{batchSize}-{round}";
                    await kafka.CreateTopicAsync(topic, partitions: 1).ConfigureAwait(false);
                    await output.WriteLineAsync(Round(kafka.BootstrapServers, topic, batchSize, records))
                        .ConfigureAwait(false);
                }
            }
        }
    }

    private static string Round(string bootstrap, string topic, string batchSize, long records)
    {
        double produced = PerMegabyte(records, () =>
        {
            using NativeClient producer = NativeClient.Producer(
                bootstrap, topic, ("linger.ms", "5"), ("acks", "1"), ("batch.size", batchSize),
                ("queue.buffering.max.messages", "1000000"));
            producer.Produce(records, RecordBytes);
        });
        double consumed = PerMegabyte(records, () =>
        {
            using NativeClient consumer = NativeClient.Consumer(bootstrap, topic);
            consumer.StartConsuming(offset: 0);
            consumer.Consume(records);
            consumer.StopConsuming();
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"batch.size={batchSize}: {produced / 1000:F1} kB allocated for a produced MB, "
            + $"{consumed / 1000:F1} kB for a fetched MB");
    }

    private static double PerMegabyte(long records, Action work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        work();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (records * RecordBytes / 1e6);
    }
}
