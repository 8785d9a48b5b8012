using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>An append whose answer may go out now.</summary>
public readonly record struct ReleasedAppend<TAnswer>(TAnswer Answer, ErrorCode Error);
