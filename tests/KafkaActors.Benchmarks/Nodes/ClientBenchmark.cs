using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Client;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// What does this project's client cost a record, through the socket and through Akka.Remote, in turn? The node is a
/// process of its own, the client is in this one: processor time and garbage are the client's alone.
/// </summary>
internal static class ClientBenchmark
{
    private const long Records = 2_000_000;
    private const long AwaitedSends = 5_000;
    private const int RecordBytes = 100;

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        long records = options.Scaled(Records);
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach ((string carrier, string bootstrap) in Carriers(node))
            {
                string topic = $"{carrier}-{round}";
                await PerfTools.CreateTopic(node, topic).ConfigureAwait(false);
                KafkaActorsClient client = await KafkaActorsClient.StartAsync(bootstrap).ConfigureAwait(false);
                await using (client.ConfigureAwait(false))
                {
                    string produced = await MeasureAsync(records, () => ProduceAsync(client, topic, records))
                        .ConfigureAwait(false);
                    string consumed = await MeasureAsync(records, () => ConsumeAsync(client, topic, records))
                        .ConfigureAwait(false);
                    string awaited = await AwaitAsync(client, topic, options.Scaled(AwaitedSends))
                        .ConfigureAwait(false);
                    string name = round == 0 ? "warm-up" : $"round {round}";
                    await output.WriteLineAsync(
                        $"{carrier} {name}\n  produce: {produced}\n  consume: {consumed}\n  {awaited}")
                        .ConfigureAwait(false);
                }
            }
        }
    }

    private static (string Carrier, string Bootstrap)[] Carriers(NodeProcess node) =>
        [("socket", node.KafkaBootstrap!), ("remote", node.Bootstrap)];

    private static async Task ProduceAsync(KafkaActorsClient client, string topic, long records)
    {
        RecordProducer producer = client.CreateRecordProducer();
        await using (producer.ConfigureAwait(false))
        {
            await producer.PartitionCountAsync(topic).ConfigureAwait(false);
            var record = new ProducerRecord(topic, null, new byte[RecordBytes]);
            for (long sent = 0; sent < records; sent++)
            {
                if (!producer.TrySend(record)) await producer.SendAsync(record).ConfigureAwait(false);
            }

            await producer.FlushAsync().ConfigureAwait(false);
        }
    }

    private static async Task ConsumeAsync(KafkaActorsClient client, string topic, long records)
    {
        RecordConsumer consumer = client.CreateRecordConsumer();
        await using (consumer.ConfigureAwait(false))
        {
            consumer.Assign(new TopicPartitionStart(new TopicPartition(topic, 0), StartOffset.Beginning));
            long read = 0;
            while (read < records && await consumer.WaitToReadAsync().ConfigureAwait(false))
            {
                while (consumer.TryRead(out _)) read++;
            }
        }
    }

    private static async Task<string> AwaitAsync(KafkaActorsClient client, string topic, long sends)
    {
        RecordProducer producer = client.CreateRecordProducer();
        await using (producer.ConfigureAwait(false))
        {
            var record = new ProducerRecord(topic, null, new byte[RecordBytes]);
            var times = new double[sends];
            for (long sent = 0; sent < sends; sent++)
            {
                long started = Stopwatch.GetTimestamp();
                Task<Delivery> sending = producer.ProduceAsync(record);
                Task flushing = producer.FlushAsync();
                await sending.ConfigureAwait(false);
                await flushing.ConfigureAwait(false);
                times[sent] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

            Array.Sort(times);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"awaited send: median {times[times.Length / 2]:F3} ms, 99th percentile "
                + $"{times[times.Length * 99 / 100]:F3} ms");
        }
    }

    private static async Task<string> MeasureAsync(long records, Func<Task> work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        await work().ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double processorUs = (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / records;
        double bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)records;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{records / seconds:F0} records/s, {processorUs:F2} us of CPU and {bytes:F1} bytes of garbage a record");
    }
}
