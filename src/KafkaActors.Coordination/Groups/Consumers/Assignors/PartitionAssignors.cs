namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>The assignors a group may be configured with.</summary>
public static class PartitionAssignors
{
    private static readonly IPartitionAssignor[] All = [new UniformAssignor(), new RangeAssignor()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(assignor => assignor.Name)];

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static IPartitionAssignor Named(string name) =>
        Array.Find(All, assignor => assignor.Name == name)
            ?? throw new ArgumentException($"There is no assignor \"{name}\".", nameof(name));
}
