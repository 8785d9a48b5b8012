using Confluent.Kafka;
using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.Protocol.Records;
using TimestampType = Confluent.Kafka.TimestampType;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

[Category("Interop")]
internal sealed class ProducerTests
{
    private static IReadOnlyList<string> AllCodecs => Codecs.All;

    private static KafkaNode Node => InteropSuite.Node;

    [TestCaseSource(nameof(AllCodecs))]
    public async Task An_idempotent_producer_keeps_every_line_once_and_in_order(string codec)
    {
        string topic = $"confluent-idempotent-{codec}";
        await Node.CreateTopicAsync(topic);
        ProducerConfig config = new()
        {
            EnableIdempotence = true,
            CompressionType = Enum.Parse<global::Confluent.Kafka.CompressionType>(codec, ignoreCase: true),
            LingerMs = 1,
            // Small ones: hundreds of batches with sequence numbers, five of them under way at a time.
            BatchSize = 10_000,
        };
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer(config);

        DeliveryResult<byte[]?, byte[]?>[] results = await Task.WhenAll(
            AccessLog.Lines.Select(line => producer.ProduceAsync(topic, new() { Value = line })));

        Assert.That(results.Select(result => result.Offset.Value), Is.EqualTo(Enumerable.Range(0, results.Length)));
        Assert.That(results.Select(result => result.Status), Is.All.EqualTo(PersistenceStatus.Persisted));
        IReadOnlyList<RecordBatch> batches = Node.Batches(topic, 0);
        Assert.That(batches, Has.Count.GreaterThan(50));
        Assert.That(batches.Select(batch => batch.ProducerId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            batches.Select(batch => (long)batch.BaseSequence), Is.EqualTo(batches.Select(batch => batch.BaseOffset)));
        Assert.That(batches[0].HasProducerId, Is.True);
    }

    [TestCase(Acks.None)]
    [TestCase(Acks.Leader)]
    [TestCase(Acks.All)]
    public async Task Each_kind_of_acknowledgement_stores_the_records(Acks acks)
    {
        string topic = $"confluent-acks-{acks}";
        await Node.CreateTopicAsync(topic);
        using (IProducer<byte[]?, byte[]?> producer = Connect.Producer(new ProducerConfig { Acks = acks }))
        {
            for (byte number = 0; number < 100; number++) producer.Produce(topic, new() { Value = [number] });
            Assert.That(producer.Flush(Connect.Timeout), Is.Zero);
        }

        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        for (byte number = 0; number < 100; number++)
            Assert.That(consumer.Next().Message.Value, Is.EqualTo(new[] { number }));
    }

    [Test]
    public async Task A_topic_stamps_records_on_append_when_it_is_configured_so()
    {
        await Node.CreateTopicAsync("confluent-append-time", 1, ("message.timestamp.type", "LogAppendTime"));
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Message<byte[]?, byte[]?> old = new() { Value = [1], Timestamp = new(1000, TimestampType.CreateTime) };

        DateTime before = DateTime.UtcNow.AddSeconds(-1);
        DeliveryResult<byte[]?, byte[]?> result = await producer.ProduceAsync("confluent-append-time", old);

        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset("confluent-append-time", 0, Offset.Beginning));
        Timestamp read = consumer.Next().Message.Timestamp;
        Assert.That(read.Type, Is.EqualTo(TimestampType.LogAppendTime));
        Assert.That(read.UtcDateTime, Is.InRange(before, DateTime.UtcNow.AddSeconds(1)));
        Assert.That(result.Timestamp.UnixTimestampMs, Is.EqualTo(read.UnixTimestampMs));
    }

    [Test]
    public async Task Each_of_two_idempotent_producers_keeps_its_order_in_one_partition()
    {
        await Node.CreateTopicAsync("confluent-two");
        using IProducer<byte[]?, byte[]?> one = Connect.Producer(new ProducerConfig { EnableIdempotence = true });
        using IProducer<byte[]?, byte[]?> other = Connect.Producer(new ProducerConfig { EnableIdempotence = true });

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => (number % 2 == 0 ? one : other).ProduceAsync(
            "confluent-two", new() { Key = [(byte)(number % 2)], Value = BitConverter.GetBytes(number) })));

        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset("confluent-two", 0, Offset.Beginning));
        ILookup<byte, int> read = Enumerable.Range(0, 2000).Select(_ => consumer.Next().Message)
            .ToLookup(message => message.Key![0], message => BitConverter.ToInt32(message.Value));
        Assert.That(read[0], Is.EqualTo(Enumerable.Range(0, 1000).Select(number => 2 * number)));
        Assert.That(read[1], Is.EqualTo(Enumerable.Range(0, 1000).Select(number => (2 * number) + 1)));
        Assert.That(
            Node.Batches("confluent-two", 0).Select(batch => batch.ProducerId).Distinct().Count(), Is.EqualTo(2));
    }
}
