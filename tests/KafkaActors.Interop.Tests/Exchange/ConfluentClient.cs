using Confluent.Kafka;
using KafkaActors.Interop.Tests.ConfluentKafka;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>Confluent.Kafka, in this process.</summary>
internal sealed class ConfluentClient : IRecordClient
{
    public IReadOnlyList<string> Codecs => Exchange.Codecs.All;

    public override string ToString() => "Confluent.Kafka";

    public Task RequireAsync() => Task.CompletedTask;

    public async Task<IReadOnlyList<Stored>> ProduceAsync(string topic, IReadOnlyList<ClientRecord> records)
    {
        List<Stored> stored = [];
        foreach (IGrouping<string, ClientRecord> batch in records.GroupBy(record => record.Codec))
        {
            ProducerConfig config = new()
            {
                CompressionType = Enum.Parse<CompressionType>(batch.Key, ignoreCase: true),
                Partitioner = Partitioner.Murmur2Random,
                LingerMs = 50,
            };
            using IProducer<byte[]?, byte[]?> producer = Connect.Producer(config);
            DeliveryResult<byte[]?, byte[]?>[] results = await Task.WhenAll(
                batch.Select(record => producer.ProduceAsync(Target(topic, record), Message(record))));
            stored.AddRange(results.Select(result => new Stored(result.Partition, result.Offset)));
        }

        return stored;
    }

    public Task<IReadOnlyList<ClientRecord>> ConsumeAsync(string topic) =>
        Task.Run<IReadOnlyList<ClientRecord>>(() => Consume(topic));

    private static TopicPartition Target(string topic, ClientRecord record) =>
        new(topic, record.Partition ?? Partition.Any);

    private static Message<byte[]?, byte[]?> Message(ClientRecord record)
    {
        Headers headers = [];
        foreach (ClientHeader header in record.Headers) headers.Add(header.Key, header.Value);
        return new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = record.Value,
            Headers = headers,
            Timestamp = new Timestamp(record.Timestamp, TimestampType.CreateTime),
        };
    }

    private static List<ClientRecord> Consume(string topic)
    {
        using IAdminClient admin = Connect.Admin();
        int partitions = admin.GetMetadata(topic, Connect.Timeout).Topics[0].Partitions.Count;
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer(new ConsumerConfig { EnablePartitionEof = true });
        consumer.Assign(Enumerable.Range(0, partitions)
            .Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        List<ClientRecord> records = [];
        for (int ended = 0; ended < partitions;)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Next();
            if (result.IsPartitionEOF) ended++;
            else records.Add(Record(result));
        }

        return records;
    }

    private static ClientRecord Record(ConsumeResult<byte[]?, byte[]?> result) => new()
    {
        Partition = result.Partition,
        Offset = result.Offset,
        Timestamp = result.Message.Timestamp.UnixTimestampMs,
        Key = result.Message.Key,
        Value = result.Message.Value,
        Headers = [.. result.Message.Headers.Select(header => new ClientHeader(header.Key, header.GetValueBytes()))],
    };
}
