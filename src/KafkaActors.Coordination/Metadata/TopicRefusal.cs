using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>Why an operation is not for a topic; see <see cref="TopicOperations"/>.</summary>
public readonly record struct TopicRefusal(ErrorCode Error, string Message);
