using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>CreatePartitions: more partitions for topics that exist.</summary>
internal sealed class CreatePartitionsHandler(NodeServices services)
    : AsyncApiHandler<CreatePartitionsRequest>(ApiKey.CreatePartitions)
{
    protected override async Task<IResponseMessage> HandleAsync(CreatePartitionsRequest request, RequestContext context)
    {
        TimeSpan timeout = services.Timeout(request.TimeoutMs);
        var create = new AdminProtocol.CreatePartitions(
            0, [.. request.Topics.Select(NewPartitions)], timeout, request.ValidateOnly);
        AdminProtocol.TopicsChanged changed = await services
            .ChangeTopicsAsync(create, timeout, request.Topics.Select(topic => topic.Name)).ConfigureAwait(false);
        return new CreatePartitionsResponse
        {
            Results = [.. changed.Topics.Select(result => new CreatePartitionsResponse.CreatePartitionsTopicResult
            {
                Name = result.Topic, ErrorCode = result.Error, ErrorMessage = result.Message,
            })],
        };
    }

    private static AdminProtocol.NewPartitions NewPartitions(CreatePartitionsRequest.CreatePartitionsTopic topic) =>
        new(topic.Name, topic.Count, [.. topic.Assignments?.Select(one => one.BrokerIds) ?? []]);
}
