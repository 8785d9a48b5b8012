using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>What there is to assign, and to whom.</summary>
/// <param name="Members">In a stable order.</param>
/// <param name="PartitionCounts">Of every topic that a member is subscribed to.</param>
internal sealed record AssignorInput(
    IReadOnlyList<AssignorMember> Members, IReadOnlyDictionary<TopicId, int> PartitionCounts);
