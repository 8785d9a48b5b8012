using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration;

/// <summary>Kafka's requests for changes of topics, and what their answers say. Pure.</summary>
internal static class TopicRequests
{
    public static CreateTopicsRequest Create(IReadOnlyList<NewTopic> topics, bool validateOnly, TimeSpan timeout) =>
        new()
        {
            Topics = [.. topics.Select(topic => new CreateTopicsRequest.CreatableTopic
            {
                Name = topic.Name,
                NumPartitions = topic.Partitions,
                ReplicationFactor = topic.ReplicationFactor,
                Assignments = [.. topic.Assignment.Select((replicas, index) =>
                    new CreateTopicsRequest.CreatableReplicaAssignment
                    {
                        PartitionIndex = index, BrokerIds = replicas,
                    })],
                Configs = [.. topic.Configs.Select(config =>
                    new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
            })],
            TimeoutMs = Milliseconds(timeout),
            ValidateOnly = validateOnly,
        };

    public static DeleteTopicsRequest Delete(IReadOnlyList<string> topics, TimeSpan timeout) => new()
    {
        Topics = [.. topics.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
        TimeoutMs = Milliseconds(timeout),
    };

    public static CreatePartitionsRequest AddPartitions(
        IReadOnlyList<NewPartitions> topics, bool validateOnly, TimeSpan timeout) => new()
    {
        Topics = [.. topics.Select(topic => new CreatePartitionsRequest.CreatePartitionsTopic
        {
            Name = topic.Topic,
            Count = topic.Count,
            Assignments = topic.Assignment.Count == 0
                ? null
                : [.. topic.Assignment.Select(replicas =>
                    new CreatePartitionsRequest.CreatePartitionsAssignment { BrokerIds = replicas })],
        })],
        TimeoutMs = Milliseconds(timeout),
        ValidateOnly = validateOnly,
    };

    /// <summary>Creates none.</summary>
    /// <param name="topics">Null for every topic.</param>
    public static MetadataRequest Describe(IReadOnlyList<string>? topics) => new()
    {
        Topics = topics is null
            ? null
            : [.. topics.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
        AllowAutoTopicCreation = false,
    };

    /// <param name="beforeOffsets">-1 for all that are committed.</param>
    public static DeleteRecordsRequest DeleteRecords(
        IEnumerable<(TopicPartition Partition, long BeforeOffset)> beforeOffsets, TimeSpan timeout) => new()
    {
        Topics = [.. beforeOffsets.GroupBy(asked => asked.Partition.Topic).Select(topic =>
            new DeleteRecordsRequest.DeleteRecordsTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(asked => new DeleteRecordsRequest.DeleteRecordsPartition
                {
                    PartitionIndex = asked.Partition.Partition, Offset = asked.BeforeOffset,
                })],
            })],
        TimeoutMs = Milliseconds(timeout),
    };

    public static IEnumerable<DeletedRecords> Rows(DeleteRecordsResponse response) =>
        response.Topics.SelectMany(topic => topic.Partitions.Select(row => new DeletedRecords(
            new TopicPartition(topic.Name, row.PartitionIndex), row.ErrorCode, row.LowWatermark)));

    private static int Milliseconds(TimeSpan timeout) =>
        (int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue);
}
