using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>The configurations of one resource, or why there are none.</summary>
public sealed record ResourceDescription(
    ConfigResource Resource, ErrorCode Error, string? Message, IReadOnlyList<ConfigDescription> Configs);
