using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>The configurations of one resource, or why there are none.</summary>
public sealed record ResourceDescription(
    AdminProtocol.Resource Resource, ErrorCode Error, string? Message, IReadOnlyList<ConfigDescription> Configs);
