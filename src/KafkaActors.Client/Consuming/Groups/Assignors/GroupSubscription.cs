namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>What a group's leader decides about.</summary>
/// <param name="PartitionCounts">
/// Of the topics that members subscribe to; a topic that does not exist is left out.
/// </param>
public sealed record GroupSubscription(
    IReadOnlyDictionary<string, int> PartitionCounts, IReadOnlyCollection<GroupMember> Members);
