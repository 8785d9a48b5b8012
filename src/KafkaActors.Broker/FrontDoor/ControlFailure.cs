using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>The answer to a change that was not made, or of which nothing is known.</summary>
internal static class ControlFailure
{
    private const string Unknown = "The controller did not answer in time; the change may still be made.";
    private const string Disabled = "delete.topic.enable is off on this node.";

    public static IReply Of(ICommand change, ErrorCode error) => change switch
    {
        AdminProtocol.CreateTopics create =>
            Topics(create.CorrelationId, create.Topics.Select(topic => topic.Name), error),
        AdminProtocol.DeleteTopics delete => Topics(delete.CorrelationId, delete.Topics, error),
        AdminProtocol.CreatePartitions create =>
            Topics(create.CorrelationId, create.Topics.Select(topic => topic.Topic), error),
        AdminProtocol.AlterConfigs alter => new AdminProtocol.ConfigsAltered(
            alter.CorrelationId,
            [.. alter.Resources.Select(change =>
                new AdminProtocol.ResourceResult(change.Resource, error, Reason(error)))]),
        _ => throw new ArgumentException($"{change.GetType().Name} is no change of metadata.", nameof(change)),
    };

    private static string Reason(ErrorCode error) => error == ErrorCode.TopicDeletionDisabled ? Disabled : Unknown;

    private static AdminProtocol.TopicsChanged Topics(long id, IEnumerable<string> names, ErrorCode error) =>
        new(id, [.. names.Select(name => new AdminProtocol.TopicResult(name, TopicId.None, error, Reason(error)))]);
}
