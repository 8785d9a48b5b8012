using KafkaActors.Protocol;

namespace KafkaActors.Messages;

/// <summary>
/// Changes and shows topics and their configuration. Names, defaults, bounds and errors are those of Kafka's requests
/// of the same name. A change is answered once it is committed and this node has applied it.
/// </summary>
public static class AdminProtocol
{
    /// <param name="Partitions">-1 for <c>num.partitions</c>.</param>
    /// <param name="ReplicationFactor">-1 for <c>default.replication.factor</c>.</param>
    /// <param name="Assignment">Replicas for each partition, or empty: the controller places them.</param>
    public sealed record NewTopic(
        string Name,
        int Partitions,
        short ReplicationFactor,
        IReadOnlyList<IReadOnlyList<NodeId>> Assignment,
        IReadOnlyDictionary<string, string> Configs);

    public sealed record CreateTopics(
        long CorrelationId, IReadOnlyList<NewTopic> Topics, TimeSpan Timeout, bool ValidateOnly)
        : ICommand, ICorrelated;

    public sealed record DeleteTopics(long CorrelationId, IReadOnlyList<string> Topics, TimeSpan Timeout)
        : ICommand, ICorrelated;

    /// <param name="Count">The number of partitions afterwards.</param>
    public sealed record NewPartitions(
        string Topic, int Count, IReadOnlyList<IReadOnlyList<NodeId>> Assignment);

    public sealed record CreatePartitions(
        long CorrelationId, IReadOnlyList<NewPartitions> Topics, TimeSpan Timeout, bool ValidateOnly)
        : ICommand, ICorrelated;

    public sealed record TopicResult(string Topic, TopicId Id, ErrorCode Error, string? Message);

    /// <summary>Answers each of the three changes above, a row for each topic.</summary>
    public sealed record TopicsChanged(long CorrelationId, IReadOnlyList<TopicResult> Topics) : IReply, ICorrelated;

    /// <summary>The numbers are the protocol's.</summary>
    public enum ResourceType : sbyte
    {
        Topic = 2,
        Broker = 4,
        Group = 32,
    }

    /// <param name="Name">The topic, or the node id; the empty name means the default of all brokers.</param>
    public readonly record struct Resource(ResourceType Type, string Name);

    /// <param name="Keys">Null for every key.</param>
    public sealed record DescribeConfigs(
        long CorrelationId, IReadOnlyList<Resource> Resources, IReadOnlyList<string>? Keys) : ICommand, ICorrelated;

    /// <summary>Where a value comes from; the numbers are the protocol's.</summary>
    public enum ConfigSource : sbyte
    {
        DynamicTopicConfig = 1,
        DynamicBrokerConfig = 2,
        DynamicDefaultBrokerConfig = 3,
        StaticBrokerConfig = 4,
        DefaultConfig = 5,
        GroupConfig = 8,
    }

    public sealed record ConfigEntry(
        string Name, string? Value, ConfigSource Source, bool IsReadOnly, string Documentation);

    public sealed record ResourceConfigs(
        Resource Resource, ErrorCode Error, string? Message, IReadOnlyList<ConfigEntry> Entries);

    public sealed record ConfigsDescribed(long CorrelationId, IReadOnlyList<ResourceConfigs> Resources)
        : IReply, ICorrelated;

    /// <summary>The numbers are the protocol's (KIP-339).</summary>
    public enum ConfigOperation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    public sealed record ConfigChange(string Name, ConfigOperation Operation, string? Value);

    public sealed record ResourceChange(Resource Resource, IReadOnlyList<ConfigChange> Changes);

    public sealed record AlterConfigs(
        long CorrelationId, IReadOnlyList<ResourceChange> Resources, bool ValidateOnly) : ICommand, ICorrelated;

    public sealed record ResourceResult(Resource Resource, ErrorCode Error, string? Message);

    public sealed record ConfigsAltered(long CorrelationId, IReadOnlyList<ResourceResult> Resources)
        : IReply, ICorrelated;

    /// <param name="BeforeOffset">Records below it go; -1 for the high watermark.</param>
    public sealed record RecordsToDelete(TopicIdPartition Partition, long BeforeOffset);

    /// <summary>Sent to the partitions' leader.</summary>
    public sealed record DeleteRecords(
        long CorrelationId, IReadOnlyList<RecordsToDelete> Partitions, TimeSpan Timeout) : ICommand, ICorrelated;

    public sealed record LowWatermark(TopicIdPartition Partition, ErrorCode Error, long LogStartOffset);

    public sealed record RecordsDeleted(long CorrelationId, IReadOnlyList<LowWatermark> Partitions)
        : IReply, ICorrelated;
}
