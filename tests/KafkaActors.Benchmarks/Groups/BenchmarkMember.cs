namespace KafkaActors.Benchmarks.Groups;

/// <summary>What a member of a classic group knows of itself.</summary>
internal sealed class BenchmarkMember(string groupId)
{
    public string GroupId { get; } = groupId;

    public string Id { get; set; } = "";

    public int Generation { get; set; } = -1;

    /// <summary>Ids of all members, when this one leads the group.</summary>
    public IReadOnlyList<string> Led { get; set; } = [];
}
