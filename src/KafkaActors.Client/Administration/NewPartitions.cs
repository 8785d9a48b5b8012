using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>Partitions to add to a topic.</summary>
/// <param name="Count">How many it has afterwards.</param>
/// <param name="Assignment">Replicas of each new partition, or empty: the controller places them.</param>
public sealed record NewPartitions(string Topic, int Count, IReadOnlyList<IReadOnlyList<NodeId>> Assignment);
