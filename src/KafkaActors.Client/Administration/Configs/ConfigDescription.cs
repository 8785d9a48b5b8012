using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>One configuration of a resource: what holds, and where it comes from.</summary>
/// <param name="Value">Null where it is sensitive, or neither set nor given a default.</param>
/// <param name="Synonyms">Every value that a level gives it, the one that holds first.</param>
public sealed record ConfigDescription(
    string Name,
    string? Value,
    ConfigSource Source,
    bool IsReadOnly,
    bool IsSensitive,
    string Documentation,
    IReadOnlyList<ConfigSynonym> Synonyms);
