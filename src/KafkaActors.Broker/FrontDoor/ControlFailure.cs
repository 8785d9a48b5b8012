using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>The answer to a change of which nothing is known: it may or may not have been made.</summary>
internal static class ControlFailure
{
    private const string Message = "The controller did not answer in time; the change may still be made.";

    public static IReply Of(ICommand change, ErrorCode error) => change switch
    {
        AdminProtocol.CreateTopics create =>
            Topics(create.CorrelationId, create.Topics.Select(topic => topic.Name), error),
        AdminProtocol.DeleteTopics delete => Topics(delete.CorrelationId, delete.Topics, error),
        AdminProtocol.CreatePartitions create =>
            Topics(create.CorrelationId, create.Topics.Select(topic => topic.Topic), error),
        AdminProtocol.AlterConfigs alter => new AdminProtocol.ConfigsAltered(
            alter.CorrelationId,
            [.. alter.Resources.Select(change => new AdminProtocol.ResourceResult(change.Resource, error, Message))]),
        _ => throw new ArgumentException($"{change.GetType().Name} is no change of metadata.", nameof(change)),
    };

    private static AdminProtocol.TopicsChanged Topics(long id, IEnumerable<string> names, ErrorCode error) =>
        new(id, [.. names.Select(name => new AdminProtocol.TopicResult(name, TopicId.None, error, Message))]);
}
