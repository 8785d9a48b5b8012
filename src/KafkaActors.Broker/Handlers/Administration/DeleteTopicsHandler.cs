using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
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
        IEnumerable<(string? Name, TopicId Id)> asked = context.Version < FirstWithIds
            ? request.TopicNames.Select(name => ((string?)name, TopicId.None))
            : request.Topics.Select(topic => (topic.Name, topic.TopicId));
        var rows = new List<DeleteTopicsResponse.DeletableTopicResult>();
        string[] names = [.. Resolve(asked, rows)];
        IReadOnlyList<TopicResult> deleted =
            await DeleteAsync(names, services.Changes.Timeout(request.TimeoutMs)).ConfigureAwait(false);
        rows.AddRange(deleted.Select(Row));
        return new DeleteTopicsResponse { Responses = rows };
    }

    private async Task<IReadOnlyList<TopicResult>> DeleteAsync(string[] names, TimeSpan timeout)
    {
        if (names.Length == 0) return [];
        if (services.Topics.DeleteEnabled)
        {
            return await services.Changes
                .ChangeTopicsAsync(new ControllerProtocol.DeleteTopics(0, names), names, timeout)
                .ConfigureAwait(false);
        }

        return [.. names.Select(name => new TopicResult(
            name, TopicId.None, ErrorCode.TopicDeletionDisabled, "delete.topic.enable is off on this node."))];
    }

    // One that is named twice, in whatever way, is not deleted; what the request says is refused once.
    private IEnumerable<string> Resolve(
        IEnumerable<(string? Name, TopicId Id)> asked, List<DeleteTopicsResponse.DeletableTopicResult> rows)
    {
        var names = new Dictionary<string, int>();
        foreach (((string? name, TopicId id), int count) in asked.CountBy(one => one))
        {
            if (name is not null == (id != TopicId.None))
                rows.Add(Refused(name, id, ErrorCode.InvalidRequest, "A topic is named by its name or by its id."));
            else if (count > 1)
                rows.Add(Refused(name, id, ErrorCode.InvalidRequest, "The topic is named twice in the request."));
            else if ((name ?? services.Image.Topic(id)?.Name) is { } known)
                names[known] = names.GetValueOrDefault(known) + 1;
            else
                rows.Add(Refused(null, id, ErrorCode.UnknownTopicId, "There is no topic with this id."));
        }

        foreach (string twice in names.Where(one => one.Value > 1).Select(one => one.Key))
        {
            rows.Add(Refused(
                twice, TopicId.None, ErrorCode.InvalidRequest, "The topic is named by its name and by its id."));
        }

        return names.Where(one => one.Value == 1).Select(one => one.Key);
    }

    private static DeleteTopicsResponse.DeletableTopicResult Refused(
        string? name, TopicId id, ErrorCode error, string message) =>
        new() { Name = name, TopicId = id, ErrorCode = error, ErrorMessage = message };

    private static DeleteTopicsResponse.DeletableTopicResult Row(TopicResult result) => new()
    {
        Name = result.Topic,
        TopicId = result.Id,
        ErrorCode = result.Error,
        ErrorMessage = result.Message,
    };
}
