using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>A topic with its partitions, or why there is none.</summary>
/// <param name="Id">None from a node that is older than topic ids (KIP-516).</param>
public sealed record TopicMetadata(
    ErrorCode Error, string Name, TopicId Id, bool IsInternal, IReadOnlyList<PartitionMetadata> Partitions);
