namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// How many members say each thing that the whole group is asked about, so that a member that comes, changes or goes
/// costs what it says itself and not a look at all the others. <see cref="RecordedConsumerGroup"/> owns it.
/// </summary>
internal sealed class SubscriptionCounts
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _expressions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _assignors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _protocols = new(StringComparer.Ordinal);

    /// <summary>The topics that members name.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>The regular expressions that members subscribe by.</summary>
    public IReadOnlyCollection<string> Expressions => _expressions.Keys;

    /// <summary>Raised whenever <see cref="Names"/> or <see cref="Expressions"/> are others than before.</summary>
    public long Version { get; private set; }

    /// <summary>How many members speak the classic protocol.</summary>
    public int ClassicCount { get; private set; }

    public bool IsNamed(string topic) => _names.ContainsKey(topic);

    /// <summary>Whether all that the member subscribes to is counted already, be it by others.</summary>
    public bool Covers(MemberMetadata member) => member.TopicNames.All(_names.ContainsKey)
        && (member.TopicRegex.Length == 0 || _expressions.ContainsKey(member.TopicRegex));

    /// <summary>How many members wish for the assignor.</summary>
    public int WishesFor(string assignor) => _assignors.GetValueOrDefault(assignor);

    /// <summary>Whether every member of the classic protocol supports this one of its protocols.</summary>
    public bool IsSupportedByAll(string protocol) => _protocols.GetValueOrDefault(protocol) == ClassicCount;

    public void Add(MemberMetadata member) => Count(member, 1);

    public void Remove(MemberMetadata member) => Count(member, -1);

    private void Count(MemberMetadata member, int change)
    {
        foreach (string name in member.TopicNames) CountSubscription(_names, name, change);
        if (member.TopicRegex.Length > 0) CountSubscription(_expressions, member.TopicRegex, change);
        if (member.Assignor is { } assignor) Count(_assignors, assignor, change);
        if (member.Classic is not { } classic) return;
        ClassicCount += change;
        foreach (string protocol in classic.Protocols.Select(each => each.Name).ToHashSet(StringComparer.Ordinal))
            Count(_protocols, protocol, change);
    }

    private void CountSubscription(Dictionary<string, int> counts, string key, int change)
    {
        if (Count(counts, key, change)) Version++;
    }

    /// <returns>Whether the key came or went.</returns>
    private static bool Count(Dictionary<string, int> counts, string key, int change)
    {
        int before = counts.GetValueOrDefault(key);
        if (before + change == 0) counts.Remove(key);
        else counts[key] = before + change;
        return before == 0 || before + change == 0;
    }
}
