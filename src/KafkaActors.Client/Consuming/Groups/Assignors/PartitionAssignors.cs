namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// The assignors by the names in <c>partition.assignment.strategy</c>. Stateless: one of each is enough.
/// </summary>
internal static class PartitionAssignors
{
    private static readonly IPartitionAssignor[] All =
        [new RangeAssignor(), new RoundRobinAssignor(), new StickyAssignor(), new CooperativeStickyAssignor()];

    public static IEnumerable<string> Names => All.Select(assignor => assignor.Name);

    /// <summary>Null for a name that this client does not know.</summary>
    public static IPartitionAssignor? Find(string name) => Array.Find(All, assignor => assignor.Name == name);
}
