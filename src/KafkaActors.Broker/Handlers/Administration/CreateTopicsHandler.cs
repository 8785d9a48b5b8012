using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>CreateTopics: answered once this node has the topics, and serves what it leads of them.</summary>
internal sealed class CreateTopicsHandler(NodeServices services)
    : AsyncApiHandler<CreateTopicsRequest>(ApiKey.CreateTopics)
{
    /// <summary>From it on an answer tells what a topic has become (KIP-525).</summary>
    private const short FirstWithConfigs = 5;

    protected override async Task<IResponseMessage> HandleAsync(CreateTopicsRequest request, RequestContext context)
    {
        var refused = new List<CreateTopicsResponse.CreatableTopicResult>();
        var wanted = new List<NewTopic>();
        foreach (IGrouping<string, CreateTopicsRequest.CreatableTopic> named in
            request.Topics.GroupBy(topic => topic.Name))
        {
            CreateTopicsRequest.CreatableTopic topic = named.First();
            if (named.Skip(1).Any())
                refused.Add(Row(topic.Name, ErrorCode.InvalidRequest, "The topic is named twice in the request."));
            else if (Fault(topic) is { } fault)
                refused.Add(Row(topic.Name, fault.Error, fault.Message));
            else
                wanted.Add(NewTopic(topic));
        }

        MetadataChanges changes = services.Changes;
        IReadOnlyList<TopicResult> created = await changes
            .CreateTopicsAsync(wanted, changes.Timeout(request.TimeoutMs), request.ValidateOnly)
            .ConfigureAwait(false);
        return new CreateTopicsResponse
        {
            Topics = [.. refused, .. created.Select(topic => Row(topic, context.Version))],
        };
    }

    private static NewTopic NewTopic(CreateTopicsRequest.CreatableTopic topic) => new(
        topic.Name,
        topic.NumPartitions,
        topic.ReplicationFactor,
        [.. topic.Assignments.OrderBy(one => one.PartitionIndex).Select(one => one.BrokerIds)],
        // Of two values the last one counts, as in Kafka.
        topic.Configs.Reverse().DistinctBy(config => config.Name)
            .ToDictionary(config => config.Name, config => config.Value!));

    private static (ErrorCode Error, string Message)? Fault(CreateTopicsRequest.CreatableTopic topic)
    {
        if (topic.Configs.FirstOrDefault(config => config.Value is null) is { } empty)
            return (ErrorCode.InvalidConfig, $"{empty.Name} is set to no value.");
        // The assignment is a list, and not a map, everywhere but on the wire.
        int[] indexes = [.. topic.Assignments.Select(one => one.PartitionIndex).Order()];
        return indexes.SequenceEqual(Enumerable.Range(0, indexes.Length))
            ? null
            : (ErrorCode.InvalidReplicaAssignment,
                "The partitions of the assignment are not numbered from 0 without a gap.");
    }

    private static CreateTopicsResponse.CreatableTopicResult Row(string name, ErrorCode error, string? message) =>
        new() { Name = name, ErrorCode = error, ErrorMessage = message };

    private CreateTopicsResponse.CreatableTopicResult Row(TopicResult result, short version)
    {
        CreateTopicsResponse.CreatableTopicResult row = Row(result.Topic, result.Error, result.Message);
        MetadataImage image = services.Image;
        if (result.Error != ErrorCode.None || image.Topic(result.Id) is not { } topic) return row;
        row.TopicId = result.Id;
        if (version < FirstWithConfigs) return row;
        row.NumPartitions = topic.Partitions.Count;
        row.ReplicationFactor = (short)(topic.Partitions.Count == 0 ? 0 : topic.Partitions[0].Replicas.Length);
        row.Configs = [.. services.TopicDefaults.Values(image, services.Node, topic.Name).Select(Config)];
        return row;
    }

    private static CreateTopicsResponse.CreatableTopicConfigs Config(ConfigValue value) => new()
    {
        Name = value.Name, Value = value.Text, ConfigSource = (sbyte)(byte)value.Origin,
    };
}
