namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// One entry of a registration's listener map: where clients of the listener <paramref name="Name"/> connect.
/// </summary>
public readonly record struct BrokerEndpoint(string Name, string Host, int Port);
