using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>A topic to create.</summary>
/// <param name="Partitions">-1 for the cluster's <c>num.partitions</c>.</param>
/// <param name="ReplicationFactor">-1 for the cluster's <c>default.replication.factor</c>.</param>
/// <param name="Assignment">Replicas of each partition, or empty: the controller places them.</param>
public sealed record NewTopic(
    string Name,
    int Partitions,
    short ReplicationFactor,
    IReadOnlyList<IReadOnlyList<NodeId>> Assignment,
    IReadOnlyDictionary<string, string> Configs);
