using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>What a member is about to join its group with.</summary>
/// <param name="LastAssignment">What it was assigned last, for assignors that would have partitions stay.</param>
/// <param name="LastGeneration">The generation of that; -1 before the first.</param>
public sealed record MemberSubscription(
    IReadOnlyList<string> Topics, IReadOnlyList<TopicPartition> LastAssignment, int LastGeneration);
