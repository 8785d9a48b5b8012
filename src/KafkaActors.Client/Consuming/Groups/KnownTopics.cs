using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What the metadata says of the topics that a membership has asked for.</summary>
/// <param name="PartitionCounts">
/// For <see cref="MembershipEffect.WatchTopics"/>: 0 for a topic that does not exist, none for one not known.
/// </param>
/// <param name="Names">For <see cref="MembershipEffect.NameTopics"/>: of the ids that are known.</param>
internal sealed record KnownTopics(
    IReadOnlyDictionary<string, int> PartitionCounts, IReadOnlyDictionary<TopicId, string> Names);
