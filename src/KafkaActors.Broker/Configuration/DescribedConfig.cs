using KafkaActors.Coordination.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>One configuration of a resource as DescribeConfigs tells it (KIP-226, KIP-569).</summary>
/// <param name="Synonyms">Every value that a level gives it, the one that holds first.</param>
internal sealed record DescribedConfig(
    string Name,
    string? Value,
    ConfigSource Origin,
    ConfigType Type,
    bool IsReadOnly,
    string Documentation,
    IReadOnlyList<ConfigSynonym> Synonyms);
