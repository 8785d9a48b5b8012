using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>The outcome for one topic of a request.</summary>
/// <param name="Message">Says why, when there is an error.</param>
public sealed record TopicResult(string Topic, TopicId Id, ErrorCode Error, string? Message)
{
    internal static TopicResult Refused(string topic, ErrorCode error, string message) =>
        new(topic, TopicId.None, error, message);
}
