using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>DeleteTopics, by name or, from version 6 on, by id.</summary>
internal sealed class DeleteTopicsHandler(NodeServices services)
    : AsyncApiHandler<DeleteTopicsRequest>(ApiKey.DeleteTopics)
{
    private const short FirstWithIds = 6;

    protected override async Task<IResponseMessage> HandleAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var rows = new List<DeleteTopicsResponse.DeletableTopicResult>();
        var names = new HashSet<string>();
        if (context.Version < FirstWithIds) names.UnionWith(request.TopicNames);
        else foreach (DeleteTopicsRequest.DeleteTopicState asked in request.Topics) Resolve(asked, names, rows);
        TimeSpan timeout = services.Timeout(request.TimeoutMs);
        AdminProtocol.TopicsChanged changed = names.Count == 0
            ? new(0, [])
            : await services.ChangeTopicsAsync(
                new AdminProtocol.DeleteTopics(0, [.. names], timeout), timeout, names).ConfigureAwait(false);
        rows.AddRange(changed.Topics.Select(Row));
        return new DeleteTopicsResponse { Responses = rows };
    }

    private void Resolve(
        DeleteTopicsRequest.DeleteTopicState asked,
        HashSet<string> names,
        List<DeleteTopicsResponse.DeletableTopicResult> rows)
    {
        if (asked.Name is not null && asked.TopicId != TopicId.None)
        {
            rows.Add(new()
            {
                Name = asked.Name,
                TopicId = asked.TopicId,
                ErrorCode = ErrorCode.InvalidRequest,
                ErrorMessage = "A topic is named by its name or by its id, not by both.",
            });
        }
        else if ((asked.Name ?? services.Image.Topic(asked.TopicId)?.Name) is { } name)
        {
            names.Add(name);
        }
        else
        {
            rows.Add(new() { Name = null, TopicId = asked.TopicId, ErrorCode = ErrorCode.UnknownTopicId });
        }
    }

    private static DeleteTopicsResponse.DeletableTopicResult Row(AdminProtocol.TopicResult result) => new()
    {
        Name = result.Topic,
        TopicId = result.Id,
        ErrorCode = result.Error,
        ErrorMessage = result.Message,
    };
}
