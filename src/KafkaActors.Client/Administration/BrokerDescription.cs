using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>A node in service, and where clients of the port that was asked find it.</summary>
public sealed record BrokerDescription(NodeId Node, string Host, int Port);
