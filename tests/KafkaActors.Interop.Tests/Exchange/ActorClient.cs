using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>This project's own client actors, through the node's other door.</summary>
internal sealed class ActorClient : IRecordClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public IReadOnlyList<string> Codecs => Exchange.Codecs.All;

    public override string ToString() => "client actors";

    public Task RequireAsync() => Task.CompletedTask;

    public async Task<IReadOnlyList<Stored>> ProduceAsync(string topic, IReadOnlyList<ClientRecord> records)
    {
        List<Stored> stored = [];
        foreach (IGrouping<string, ClientRecord> batch in records.GroupBy(record => record.Codec))
        {
            ProducerSettings settings = ProducerSettings.Default with
            {
                Compression = Enum.Parse<CompressionType>(batch.Key, ignoreCase: true),
                Linger = TimeSpan.FromMilliseconds(50),
            };
            await using RecordProducer producer = InteropSuite.Node.Client.CreateRecordProducer(settings);
            Delivery[] deliveries = await Task.WhenAll(batch.Select(record =>
                producer.ProduceAsync(Wanted(topic, record))));
            stored.AddRange(deliveries.Select(delivery => new Stored(delivery.Partition.Partition, delivery.Offset)));
        }

        return stored;
    }

    public async Task<IReadOnlyList<ClientRecord>> ConsumeAsync(string topic)
    {
        IReadOnlyDictionary<TopicPartition, long> ends = await EndsAsync(topic);
        await using RecordConsumer consumer = InteropSuite.Node.Client.CreateRecordConsumer();
        consumer.Assign(ends.Keys.Select(partition => new TopicPartitionStart(partition, StartOffset.Beginning))
            .ToArray());
        List<ClientRecord> records = [];
        using CancellationTokenSource deadline = new(Timeout);
        await foreach (FetchedRecord record in consumer.ReadAllAsync(deadline.Token))
        {
            records.Add(Seen(record));
            if (ends.All(end => consumer.Position(end.Key) >= end.Value)) break;
        }

        return records;
    }

    // Empty partitions are left out: nothing would tell that their end was reached.
    private static async Task<IReadOnlyDictionary<TopicPartition, long>> EndsAsync(string topic)
    {
        ClusterDescription described = await InteropSuite.Node.Client.Admin.DescribeAsync([topic]);
        IReadOnlyList<ListedOffset> ends = await InteropSuite.Node.Client.Admin.ListOffsetsAsync(
            described.Topics[0].Partitions.ToDictionary(
                partition => new TopicPartition(topic, partition.Index), _ => OffsetQuery.Latest));
        return ends.Where(end => end.Offset > 0).ToDictionary(end => end.Partition, end => end.Offset);
    }

    private static ProducerRecord Wanted(string topic, ClientRecord record) =>
        new(topic, Memory(record.Key), Memory(record.Value))
        {
            Partition = record.Partition,
            TimestampMs = record.Timestamp,
            Headers = [.. record.Headers.Select(header => new RecordHeader(header.Key, Memory(header.Value)))],
        };

    private static ClientRecord Seen(in FetchedRecord record) => new()
    {
        Partition = record.Partition.Partition,
        Offset = record.Record.Offset,
        Timestamp = record.Record.TimestampMs,
        Key = record.Record.Key?.ToArray(),
        Value = record.Record.Value?.ToArray(),
        Headers = [.. Headers(record)],
    };

    private static List<ClientHeader> Headers(in FetchedRecord record)
    {
        List<ClientHeader> headers = [];
        foreach (RecordHeader header in record.Record.Headers)
            headers.Add(new ClientHeader(header.Key, header.Value?.ToArray()));
        return headers;
    }

    // A null array would convert to an empty memory.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
