using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>CreatePartitions: more partitions for topics that exist.</summary>
internal sealed class CreatePartitionsHandler(NodeServices services)
    : AsyncApiHandler<CreatePartitionsRequest>(ApiKey.CreatePartitions)
{
    protected override async Task<IResponseMessage> HandleAsync(CreatePartitionsRequest request, RequestContext context)
    {
        TimeSpan timeout = services.Changes.Timeout(request.TimeoutMs);
        // Only on the wire there is an assignment of nothing: elsewhere an empty one leaves the choice to the
        // controller.
        ILookup<bool, CreatePartitionsRequest.CreatePartitionsTopic> topics =
            request.Topics.ToLookup(topic => topic.Assignments is { Count: 0 });
        var add = new ControllerProtocol.AddPartitions(
            0, [.. topics[false].Select(NewPartitions)], request.ValidateOnly);
        IReadOnlyList<TopicResult> changed = await services.Changes
            .ChangeTopicsAsync(add, topics[false].Select(topic => topic.Name), timeout).ConfigureAwait(false);
        return new CreatePartitionsResponse
        {
            Results =
            [
                .. topics[true].DistinctBy(topic => topic.Name).Select(topic => Row(
                    topic.Name, ErrorCode.InvalidReplicaAssignment, "The assignment has no partition.")),
                .. changed.Select(result => Row(result.Topic, result.Error, result.Message)),
            ],
        };
    }

    private static CreatePartitionsResponse.CreatePartitionsTopicResult Row(
        string name, ErrorCode error, string? message) =>
        new() { Name = name, ErrorCode = error, ErrorMessage = message };

    private static NewPartitions NewPartitions(CreatePartitionsRequest.CreatePartitionsTopic topic) =>
        new(topic.Name, topic.Count, [.. topic.Assignments?.Select(one => one.BrokerIds) ?? []]);
}
