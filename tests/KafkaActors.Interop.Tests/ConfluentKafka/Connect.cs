using Confluent.Kafka;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

/// <summary>Makes Confluent.Kafka's clients for the suite's node, quiet ones.</summary>
internal static class Connect
{
    /// <summary>Far beyond what an answer takes, short enough to keep a red run short.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(20);

    public static IProducer<byte[]?, byte[]?> Producer(ProducerConfig? config = null)
    {
        config ??= new ProducerConfig();
        config.BootstrapServers = InteropSuite.Node.Kafka;
        return new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>A consumer that is to be assigned its partitions: it joins no group.</summary>
    public static IConsumer<byte[]?, byte[]?> Consumer(ConsumerConfig? config = null)
    {
        config ??= new ConsumerConfig();
        config.BootstrapServers = InteropSuite.Node.Kafka;
        config.GroupId ??= "unused";
        config.EnableAutoCommit = false;
        return new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
    }

    public static IAdminClient Admin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = InteropSuite.Node.Kafka })
            .SetLogHandler((_, _) => { }).Build();

    /// <summary>The next record; fails when none comes.</summary>
    public static ConsumeResult<byte[]?, byte[]?> Next(this IConsumer<byte[]?, byte[]?> consumer)
    {
        ConsumeResult<byte[]?, byte[]?>? result = consumer.Consume(Timeout);
        Assert.That(result, Is.Not.Null, $"nothing within {Timeout}");
        return result!;
    }
}
