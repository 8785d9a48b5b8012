using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>The outcome for one resource of a request.</summary>
public sealed record ResourceResult(ConfigResource Resource, ErrorCode Error, string? Message);
