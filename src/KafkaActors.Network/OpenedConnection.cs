using KafkaActors.Network.Versions;

namespace KafkaActors.Network;

/// <summary>A stream over which the broker has said what it speaks.</summary>
internal readonly record struct OpenedConnection(Stream Stream, BrokerVersions Versions);
