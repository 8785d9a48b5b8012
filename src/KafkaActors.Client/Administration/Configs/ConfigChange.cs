using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>One change of one key.</summary>
/// <param name="Value">Ignored by a deletion.</param>
public sealed record ConfigChange(string Name, ConfigOperation Operation, string? Value);
