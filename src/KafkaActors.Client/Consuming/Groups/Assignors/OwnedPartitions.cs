using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>What a member says it has, and in which generation it had that; -1 for one it does not know.</summary>
internal readonly record struct OwnedPartitions(IReadOnlyList<TopicPartition> Partitions, int Generation)
{
    public static OwnedPartitions None { get; } = new([], -1);
}
