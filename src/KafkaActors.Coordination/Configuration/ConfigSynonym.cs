using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>One of the values that a configuration could take, under the name and in the unit of its level.</summary>
public sealed record ConfigSynonym(string Name, string? Text, ConfigSource Origin);
