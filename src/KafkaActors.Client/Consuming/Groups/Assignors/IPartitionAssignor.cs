using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// Divides partitions between the members of a group. Pure and deterministic; members of other makes may lead with the
/// assignor of the same name, so names, user data and what members may rely on are Kafka's.
/// </summary>
internal interface IPartitionAssignor
{
    /// <summary>As in <c>partition.assignment.strategy</c> and on the wire.</summary>
    string Name { get; }

    /// <summary>
    /// Members keep their partitions while they rebalance, and nobody is given one that another still has (KIP-429).
    /// </summary>
    bool IsCooperative { get; }

    /// <summary>What a member sends for this assignor with its subscription; null for nothing.</summary>
    /// <param name="assigned">Its last assignment.</param>
    /// <param name="generation">The generation of that; -1 before the first.</param>
    ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> assigned, int generation);

    /// <summary>
    /// A list for each member. A topic that is not in <paramref name="partitionCounts"/> is left out.
    /// </summary>
    Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyCollection<GroupMember> members);
}
