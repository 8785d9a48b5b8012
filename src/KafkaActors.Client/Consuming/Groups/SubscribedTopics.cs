namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What a member tells its group that it wants to read.</summary>
/// <param name="Names">Sorted, each once.</param>
/// <param name="Regex">
/// Matched by the coordinator of a consumer group, in RE2's language; null for topics by name.
/// </param>
internal sealed record SubscribedTopics(IReadOnlyList<string> Names, string? Regex = null)
{
    public static SubscribedTopics None { get; } = new([]);

    public static SubscribedTopics Of(IEnumerable<string> names) =>
        new([.. names.Distinct().Order(StringComparer.Ordinal)]);

    public bool Equals(SubscribedTopics? other) =>
        other is not null && Regex == other.Regex && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => HashCode.Combine(Regex, Names.Count);
}
