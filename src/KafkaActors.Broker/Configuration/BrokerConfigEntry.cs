using KafkaActors.Coordination.Configuration;

namespace KafkaActors.Broker.Configuration;

/// <summary>One of the node's settings as Kafka's tools are shown it; see <see cref="BrokerConfigs"/>.</summary>
/// <param name="Name">Kafka's where Kafka has it, else the key relative to <c>kafka-actors</c>.</param>
/// <param name="Value">Null when it is not set and has no default.</param>
/// <param name="Default">What the reference has.</param>
internal sealed record BrokerConfigEntry(
    string Name, string? Value, string? Default, ConfigType Type, string Documentation);
