using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>What became of the changes of one resource.</summary>
public sealed record ResourceResult(ConfigResource Resource, ErrorCode Error, string? Message);
