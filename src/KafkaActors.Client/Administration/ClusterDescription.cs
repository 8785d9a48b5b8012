using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>The cluster as one node knows it.</summary>
/// <param name="ClusterId">Empty from a node that does not say.</param>
/// <param name="Controller">None while there is none.</param>
/// <param name="Brokers">Those in service.</param>
public sealed record ClusterDescription(
    string ClusterId,
    NodeId Controller,
    IReadOnlyList<BrokerDescription> Brokers,
    IReadOnlyList<TopicMetadata> Topics);
