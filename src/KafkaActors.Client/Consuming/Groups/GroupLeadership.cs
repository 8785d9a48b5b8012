using KafkaActors.Client.Consuming.Groups.Assignors;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// One generation of a group for the member that leads it: who is in it, and which partitions there were when it was
/// decided. Pure; owned by <see cref="AssignorRole"/>.
/// </summary>
internal sealed class GroupLeadership(
    GuardedAssignor assignor, IReadOnlyList<GroupMember> members, bool isCooperative)
{
    private Dictionary<string, int>? _counts;

    /// <summary>Of all members.</summary>
    public IReadOnlyCollection<string> Topics { get; } =
        [.. members.SelectMany(member => member.Topics).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Null as long as not every topic's partitions are known.</summary>
    /// <param name="partitionCounts">0 for a topic that does not exist.</param>
    /// <exception cref="KafkaException">The assignor failed.</exception>
    public IReadOnlyDictionary<string, MemberAssignment>? Assign(IReadOnlyDictionary<string, int> partitionCounts)
    {
        if (!TryCount(partitionCounts)) return null;
        Dictionary<string, int> existing =
            _counts!.Where(entry => entry.Value > 0).ToDictionary(entry => entry.Key, entry => entry.Value);
        return assignor.Assign(new GroupSubscription(existing, members), isCooperative);
    }

    /// <summary>Whether topics have come, gone, or got more partitions since.</summary>
    public bool IsOutdated(IReadOnlyDictionary<string, int> partitionCounts)
    {
        if (_counts is { } counts)
            return counts.Any(old => partitionCounts.TryGetValue(old.Key, out int now) && now != old.Value);
        TryCount(partitionCounts);
        return false;
    }

    private bool TryCount(IReadOnlyDictionary<string, int> partitionCounts)
    {
        if (!Topics.All(partitionCounts.ContainsKey)) return false;
        _counts = Topics.ToDictionary(topic => topic, topic => partitionCounts[topic]);
        return true;
    }
}
