using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>Changes of one resource, made together or not at all.</summary>
public sealed record ResourceChange(ConfigResource Resource, IReadOnlyList<ConfigChange> Changes);
