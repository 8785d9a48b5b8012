using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <param name="Error">Why it cannot be written or read, as while nobody leads it.</param>
/// <param name="Leader">None while there is none.</param>
public sealed record PartitionMetadata(
    ErrorCode Error,
    int Index,
    NodeId Leader,
    LeaderEpoch LeaderEpoch,
    IReadOnlyList<NodeId> Replicas,
    IReadOnlyList<NodeId> Isr);
