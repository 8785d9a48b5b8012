using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>Changes of one resource, made together or not at all.</summary>
public sealed record ResourceChangeRequest(ConfigResource Resource, IReadOnlyList<ConfigChangeRequest> Changes);
