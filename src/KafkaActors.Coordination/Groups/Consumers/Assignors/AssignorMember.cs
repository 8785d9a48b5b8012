using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>A member as an assignor sees it.</summary>
/// <param name="InstanceId">Of a static member.</param>
/// <param name="Topics">What it is subscribed to, of the topics that exist.</param>
/// <param name="Former">What the last assignment gave it; topics and partitions that are gone may be among it.</param>
internal sealed record AssignorMember(
    string MemberId, string? InstanceId, IReadOnlySet<TopicId> Topics, PartitionSet Former);
