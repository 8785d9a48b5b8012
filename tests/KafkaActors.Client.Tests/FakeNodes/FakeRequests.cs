using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// Kafka's requests at one fake node. It answers those about topics itself, and leaves the others to the coordinator.
/// </summary>
internal sealed class FakeRequests(FakeCluster cluster, NodeId node)
{
    private readonly FakeRecordRequests _records = new(cluster, node);

    /// <param name="reply">Called once at most, now or later, from any thread.</param>
    public void Serve(IRequestMessage request, Action<IResponseMessage> reply)
    {
        if (request is ProduceRequest produce) _records.Produce(produce, reply);
        else if (request is FetchRequest fetch) _records.Fetch(fetch, reply);
        else if (Answer(request) is { } answer) reply(answer);
        else cluster.Groups.Serve(node, request, reply);
    }

    private IResponseMessage? Answer(IRequestMessage request) => request switch
    {
        MetadataRequest describe => cluster.Describe(describe),
        CreateTopicsRequest create => CreateTopics(create),
        ListOffsetsRequest list => ListOffsets(list),
        DeleteRecordsRequest delete => DeleteRecords(delete),
        InitProducerIdRequest init => new InitProducerIdResponse
        {
            ProducerId = init.ProducerId < 0 ? cluster.NextProducerId() : init.ProducerId,
            ProducerEpoch = (short)(init.ProducerId < 0 ? 0 : init.ProducerEpoch + 1),
        },
        _ => null,
    };

    private CreateTopicsResponse CreateTopics(CreateTopicsRequest create)
    {
        cluster.AdminRequests.Enqueue(node);
        cluster.AdminErrors.TryDequeue(out ErrorCode error);
        if (cluster.Controller is var controller && controller != NodeId.None && controller != node)
            error = ErrorCode.NotController;
        return new CreateTopicsResponse
        {
            Topics = [.. create.Topics.Select(topic => new CreateTopicsResponse.CreatableTopicResult
            {
                Name = topic.Name,
                TopicId = error == ErrorCode.None ? cluster.AddTopic(topic.Name, topic.NumPartitions) : TopicId.None,
                ErrorCode = error,
            })],
        };
    }

    private ListOffsetsResponse ListOffsets(ListOffsetsRequest list) => new()
    {
        Topics = [.. list.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(asked => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = asked.PartitionIndex,
                ErrorCode = LeaderError(topic.Name, asked.PartitionIndex),
                Offset = Offset(cluster.Log(topic.Name, asked.PartitionIndex), asked.Timestamp),
                LeaderEpoch = new LeaderEpoch(0),
            })],
        })],
    };

    private static long Offset(FakeLog log, long timestamp) => timestamp switch
    {
        OffsetQuery.Earliest => log.StartOffset,
        OffsetQuery.Latest => log.EndOffset,
        long time => time < log.EndOffset ? time : -1,
    };

    private DeleteRecordsResponse DeleteRecords(DeleteRecordsRequest delete) => new()
    {
        Topics = [.. delete.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(asked => DeleteRecords(topic.Name, asked))],
        })],
    };

    private DeleteRecordsResponse.DeleteRecordsPartitionResult DeleteRecords(
        string topic, DeleteRecordsRequest.DeleteRecordsPartition asked)
    {
        ErrorCode error = LeaderError(topic, asked.PartitionIndex);
        FakeLog log = cluster.Log(topic, asked.PartitionIndex);
        if (error == ErrorCode.None) log.StartOffset = asked.Offset < 0 ? log.EndOffset : asked.Offset;
        return new() { PartitionIndex = asked.PartitionIndex, ErrorCode = error, LowWatermark = log.StartOffset };
    }

    private ErrorCode LeaderError(string topic, int partition) => cluster.Leader(topic, partition) == node
        ? ErrorCode.None
        : ErrorCode.NotLeaderOrFollower;
}
