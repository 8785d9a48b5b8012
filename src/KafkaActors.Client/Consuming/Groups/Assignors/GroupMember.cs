using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>One member of a group as its leader sees it, out of the subscription that the member joined with.</summary>
/// <param name="InstanceId"><c>group.instance.id</c>; null for a dynamic member.</param>
/// <param name="Owned">
/// What the member keeps while the group rebalances; empty from one that gave up everything.
/// </param>
/// <param name="Generation">In which it owned that; -1 when the member does not say.</param>
/// <param name="UserData">The chosen assignor's own bytes.</param>
public sealed record GroupMember(
    string Id,
    string? InstanceId,
    IReadOnlyList<string> Topics,
    IReadOnlyList<TopicPartition> Owned,
    int Generation,
    ReadOnlyMemory<byte>? UserData)
{
    /// <summary>
    /// The order of every Kafka client: static members by instance id, then the others by member id, both by their
    /// UTF-16 units. Which member gets the odd partition depends on it.
    /// </summary>
    public static Comparison<GroupMember> Order { get; } = (one, other) => (one.InstanceId, other.InstanceId) switch
    {
        (null, null) => string.CompareOrdinal(one.Id, other.Id),
        (null, _) => 1,
        (_, null) => -1,
        _ => string.CompareOrdinal(one.InstanceId, other.InstanceId),
    };

    internal static List<GroupMember> Sorted(IEnumerable<GroupMember> members)
    {
        List<GroupMember> sorted = [.. members];
        sorted.Sort(Order);
        return sorted;
    }
}
