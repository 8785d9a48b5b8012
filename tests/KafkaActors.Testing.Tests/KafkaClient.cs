using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace KafkaActors.Testing.Tests;

/// <summary>What the tests do with a broker, through a client that knows nothing of this project.</summary>
internal sealed class KafkaClient(string bootstrapServers) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IProducer<Null, string> _producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 0, MessageTimeoutMs = 30_000 })
        .SetLogHandler((_, _) => { })
        .Build();

    public async Task<long> ProduceAsync(string topic, string value) =>
        (await _producer.ProduceAsync(topic, new Message<Null, string> { Value = value })).Offset.Value;

    public async Task<long> ProduceToAsync(string topic, int partition, string value) => (await _producer.ProduceAsync(
        new TopicPartition(topic, partition), new Message<Null, string> { Value = value })).Offset.Value;

    /// <summary>One record to each partition.</summary>
    public Task ProduceToAllAsync(string topic, int partitions, string value) =>
        Task.WhenAll(Enumerable.Range(0, partitions).Select(partition => ProduceToAsync(topic, partition, value)));

    /// <summary>The first <paramref name="count"/> records of a partition.</summary>
    public IReadOnlyList<string> Read(string topic, int count, int partition = 0)
    {
        using IConsumer<Null, string> consumer = Consumer();
        consumer.Assign(new TopicPartitionOffset(topic, partition, 0));
        return [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(Timeout).Message.Value)];
    }

    public long EndOffset(string topic)
    {
        using IConsumer<Null, string> consumer = Consumer();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Timeout).High.Value;
    }

    /// <summary>The number of partitions of each topic that is not internal.</summary>
    public IReadOnlyDictionary<string, int> Topics()
    {
        using IAdminClient admin = Admin();
        return admin.GetMetadata(Timeout).Topics.Where(topic => !topic.Topic.StartsWith("__", StringComparison.Ordinal))
            .ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
    }

    /// <summary>The node that leads each partition of a topic.</summary>
    public IReadOnlyDictionary<int, int> Leaders(string topic)
    {
        using IAdminClient admin = Admin();
        return admin.GetMetadata(topic, Timeout).Topics.Single().Partitions
            .ToDictionary(partition => partition.PartitionId, partition => partition.Leader);
    }

    /// <summary>The nodes in service, by their ids.</summary>
    public IReadOnlyList<int> Brokers()
    {
        using IAdminClient admin = Admin();
        return [.. admin.GetMetadata(Timeout).Brokers.Select(broker => broker.BrokerId).Order()];
    }

    public async Task CreateTopicAsync(string topic, int partitions)
    {
        using IAdminClient admin = Admin();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
            new CreateTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout });
    }

    public async Task<string> ConfigOfAsync(string topic, string name)
    {
        using IAdminClient admin = Admin();
        List<DescribeConfigsResult> configs = await admin.DescribeConfigsAsync(
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        return configs[0].Entries[name].Value;
    }

    public void Dispose() => _producer.Dispose();

    private IConsumer<Null, string> Consumer() => new ConsumerBuilder<Null, string>(
            new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "none", EnableAutoCommit = false })
        .SetLogHandler((_, _) => { })
        .Build();

    private IAdminClient Admin() => new AdminClientBuilder(
        new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler((_, _) => { }).Build();
}
