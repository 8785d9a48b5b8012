namespace KafkaActors.Messages;

/// <summary>
/// A message of a session: requests and their answers carry the same number, unique within the session.
/// </summary>
public interface ICorrelated
{
    long CorrelationId { get; }
}
