using Confluent.Kafka;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

/// <summary>What goes wrong is told under Kafka's error codes.</summary>
[Category("Interop")]
internal sealed class ErrorTests
{
    private static KafkaNode Node => InteropSuite.Node;

    [Test]
    public async Task A_record_larger_than_the_topic_takes_is_refused_and_the_next_is_stored()
    {
        await Node.CreateTopicAsync("error-large");
        // The client's own limit is out of the way.
        ProducerConfig config = new() { MessageMaxBytes = 10_000_000 };
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer(config);

        Error error = await FailAsync(producer, new TopicPartition("error-large", 0), new byte[1_100_000]);
        DeliveryResult<byte[]?, byte[]?> next = await producer.ProduceAsync("error-large", new() { Value = [1] });

        Assert.That(error.Code, Is.EqualTo(ErrorCode.MsgSizeTooLarge));
        Assert.That(error.IsBrokerError, Is.True);
        Assert.That(next.Offset.Value, Is.Zero);
    }

    [Test]
    public async Task A_name_that_no_topic_can_have_is_refused()
    {
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Error error = await FailAsync(producer, new TopicPartition("not a name", Partition.Any), [1]);
        Assert.That(error.Code, Is.EqualTo(ErrorCode.TopicException));
    }

    [Test]
    public async Task A_partition_that_a_topic_has_not_is_refused()
    {
        await Node.CreateTopicAsync("error-partition", partitions: 2);
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer(new ProducerConfig { MessageTimeoutMs = 5000 });
        Error error = await FailAsync(producer, new TopicPartition("error-partition", 2), [1]);
        Assert.That(error.Code, Is.EqualTo(ErrorCode.Local_UnknownPartition));
    }

    [Test]
    public void A_consumer_is_told_that_a_topic_is_absent_and_does_not_create_it()
    {
        ConsumerConfig config = new() { AllowAutoCreateTopics = false };
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer(config);
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();

        TopicMetadata asked = admin.GetMetadata("error-absent", Connect.Timeout).Topics.Single();
        Metadata all = admin.GetMetadata(Connect.Timeout);

        Assert.That(asked.Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
        Assert.That(all.Topics.Select(topic => topic.Topic), Does.Not.Contain("error-absent"));
    }

    [Test]
    public async Task A_record_too_far_in_the_future_is_refused()
    {
        await Node.CreateTopicAsync("error-time");
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Message<byte[]?, byte[]?> tomorrow = new() { Value = [1], Timestamp = new(DateTime.UtcNow.AddDays(1)) };

        var failure = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() =>
            producer.ProduceAsync("error-time", tomorrow));

        Assert.That(failure!.Error.Code, Is.EqualTo(ErrorCode.InvalidTimestamp));
    }

    [Test]
    public async Task A_null_key_is_refused_by_a_compacted_topic()
    {
        await Node.CreateTopicAsync("error-key", 1, ("cleanup.policy", "compact"));
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Error error = await FailAsync(producer, new TopicPartition("error-key", 0), [1]);
        Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    private static async Task<Error> FailAsync(
        IProducer<byte[]?, byte[]?> producer, TopicPartition partition, byte[] value)
    {
        try
        {
            DeliveryResult<byte[]?, byte[]?> stored = await producer.ProduceAsync(partition, new() { Value = value });
            throw new AssertionException($"stored at {stored.TopicPartitionOffset}");
        }
        catch (ProduceException<byte[]?, byte[]?> failure)
        {
            return failure.Error;
        }
    }
}
