using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>One of the values that a configuration could take, under the name of the level that gives it.</summary>
public sealed record ConfigSynonym(string Name, string? Value, ConfigSource Source);
