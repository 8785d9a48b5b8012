using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>One change of one key; <paramref name="Value"/> is ignored by a deletion.</summary>
public sealed record ConfigChangeRequest(string Name, ConfigOperation Operation, string? Value);
