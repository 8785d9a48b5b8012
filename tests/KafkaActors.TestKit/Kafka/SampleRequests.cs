using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.TestKit.Kafka;

/// <summary>
/// A valid request of every API, which harms nobody: it reads, asks for a check alone, or is about what is not there.
/// </summary>
public static class SampleRequests
{
    private const sbyte TopicResource = 2;
    private const string Absent = "absent";

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    /// <param name="topic">One that exists, with one partition.</param>
    public static IRequestMessage Of(ApiKey api, string topic, TopicId id) => api switch
    {
        ApiKey.ApiVersions => new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1.0" },
        ApiKey.Metadata => new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false },
        ApiKey.Produce => Produce(topic, Batch("sample")),
        ApiKey.Fetch => Fetch(topic, id, 0),
        ApiKey.ListOffsets => new ListOffsetsRequest
        {
            ReplicaId = NodeId.None,
            Topics = [new() { Name = topic, Partitions = [new() { Timestamp = -1 }, new() { Timestamp = 5 }] }],
        },
        ApiKey.OffsetForLeaderEpoch => new OffsetForLeaderEpochRequest
        {
            Topics = [new() { Topic = topic, Partitions = [new() { LeaderEpoch = new LeaderEpoch(0) }] }],
        },
        ApiKey.InitProducerId => new InitProducerIdRequest { TransactionTimeoutMs = 1000 },
        _ => Administrative(api, topic),
    };

    public static ProduceRequest Produce(string topic, byte[] records, short acks = -1) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TopicData = [new() { Name = topic, PartitionData = [new() { Records = new MemoryRecords(records) }] }],
    };

    public static FetchRequest Fetch(string topic, TopicId id, long offset) => new()
    {
        MaxWaitMs = (int)Wait.TotalMilliseconds,
        MinBytes = 1,
        MaxBytes = 1024 * 1024,
        Topics =
        [
            new()
            {
                Topic = topic,
                TopicId = id,
                Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = 1024 * 1024 }],
            },
        ],
    };

    /// <summary>One batch of these values, as a producer sends it.</summary>
    public static byte[] Batch(params IReadOnlyList<string> values)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (string value in values) builder.TryAppend(now, null, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }

    private static IRequestMessage Administrative(ApiKey api, string topic) => api switch
    {
        ApiKey.CreateTopics => new CreateTopicsRequest
        {
            // No cluster of a test has as many nodes: it is not even created when the flag is lost.
            Topics = [new() { Name = "never", NumPartitions = 1, ReplicationFactor = 99 }], ValidateOnly = true,
        },
        ApiKey.DeleteTopics => new DeleteTopicsRequest
        {
            Topics = [new() { Name = Absent }], TopicNames = [Absent], TimeoutMs = 1000,
        },
        ApiKey.CreatePartitions => new CreatePartitionsRequest
        {
            Topics = [new() { Name = Absent, Count = 2 }], TimeoutMs = 1000, ValidateOnly = true,
        },
        ApiKey.DeleteRecords => new DeleteRecordsRequest
        {
            Topics = [new() { Name = topic, Partitions = [new() { Offset = 0 }] }], TimeoutMs = 1000,
        },
        ApiKey.DescribeConfigs => new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = TopicResource, ResourceName = topic }],
        },
        ApiKey.AlterConfigs => new AlterConfigsRequest
        {
            Resources = [new() { ResourceType = TopicResource, ResourceName = Absent }], ValidateOnly = true,
        },
        ApiKey.IncrementalAlterConfigs => new IncrementalAlterConfigsRequest
        {
            Resources = [new() { ResourceType = TopicResource, ResourceName = Absent }], ValidateOnly = true,
        },
        ApiKey.DescribeCluster => new DescribeClusterRequest(),
        ApiKey.DescribeTopicPartitions => new DescribeTopicPartitionsRequest { Topics = [new() { Name = topic }] },
        ApiKey.DescribeQuorum => new DescribeQuorumRequest
        {
            Topics = [new() { TopicName = "__cluster_metadata", Partitions = [new()] }],
        },
        ApiKey.DescribeProducers => new DescribeProducersRequest
        {
            Topics = [new() { Name = topic, PartitionIndexes = [0] }],
        },
        ApiKey.UnregisterBroker => new UnregisterBrokerRequest { BrokerId = new NodeId(999) },
        ApiKey.DescribeLogDirs => new DescribeLogDirsRequest(),
        _ => Empty(api),
    };

    /// <summary>A request of nothing: what an API makes of it is its own affair, but it answers.</summary>
    public static IRequestMessage Empty(ApiKey api)
    {
        Type? type = typeof(ApiMessages).Assembly.GetType($"{typeof(ApiMessages).Namespace}.{api}Request");
        return (IRequestMessage)Activator.CreateInstance(type ?? throw new ArgumentException($"{api} is no API"))!;
    }
}
