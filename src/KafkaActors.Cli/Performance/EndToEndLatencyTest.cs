using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Performance;

/// <summary>Sends a record, waits until it is acknowledged and read, compares, and takes the next.</summary>
internal sealed class EndToEndLatencyTest(ToolContext context, KafkaActorsClient client, EndToEndSettings settings)
{
    private const int ProgressEvery = 1000;
    private const int PayloadSeed = 0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<EndToEndResult> RunAsync(CancellationToken stop)
    {
        await using RecordProducer producer = client.CreateRecordProducer();
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        await producer.PartitionCountAsync(settings.Topic, stop).ConfigureAwait(false);
        await BeginAtTheEndAsync(consumer, stop).ConfigureAwait(false);
        var samples = new LatencySamples(settings.Messages);
        var random = new Random(PayloadSeed);
        byte[] payload = new byte[settings.MessageBytes];
        for (int i = 0; i < settings.Messages; i++)
        {
            random.NextBytes(payload);
            double latencyMs = await OnceAsync(producer, consumer, payload, stop).ConfigureAwait(false);
            samples.Add(latencyMs);
            if (i % ProgressEvery == 0)
                context.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i}\t{latencyMs:F4}"));
        }

        double[] percentiles = samples.Percentiles(0.5, 0.99, 0.999);
        return new EndToEndResult(
            settings.Messages, samples.AverageMs, percentiles[0], percentiles[1], percentiles[2]);
    }

    private async Task BeginAtTheEndAsync(RecordConsumer consumer, CancellationToken stop)
    {
        TopicMetadata topic = await TopicList.FindAsync(client, settings.Topic, stop).ConfigureAwait(false)
            ?? throw new ToolException($"topic '{settings.Topic}' does not exist; create it with topics --create.");
        var latest = TopicList.Partitions(topic).ToDictionary(partition => partition, _ => OffsetQuery.Latest);
        IReadOnlyList<ListedOffset> ends =
            await client.Admin.ListOffsetsAsync(latest, cancellationToken: stop).ConfigureAwait(false);
        consumer.Assign(
            [.. ends.Select(end => new TopicPartitionStart(end.Partition, StartOffset.At(Math.Max(0, end.Offset))))]);
    }

    private async Task<double> OnceAsync(
        RecordProducer producer, RecordConsumer consumer, byte[] payload, CancellationToken stop)
    {
        long started = context.Time.GetTimestamp();
        await producer.ProduceAsync(new ProducerRecord(settings.Topic, null, payload), stop).ConfigureAwait(false);
        FetchedRecord record;
        while (!consumer.TryRead(out record))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            await consumer.WaitToReadAsync(limit.Token).ConfigureAwait(false);
        }

        double latencyMs = context.Time.GetElapsedTime(started).TotalMilliseconds;
        return record.Record.Value is { } value && value.Span.SequenceEqual(payload)
            ? latencyMs
            : throw new ToolException(
                $"offset {record.Record.Offset} of {record.Partition} is another record than the one sent: "
                + "somebody else writes to this topic.");
    }
}
