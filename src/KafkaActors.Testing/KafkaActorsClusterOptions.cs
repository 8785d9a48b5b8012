namespace KafkaActors.Testing;

/// <summary>What a test decides about its cluster. The defaults do for most tests.</summary>
public sealed record KafkaActorsClusterOptions
{
    /// <summary>
    /// Settings of every node, as in <see cref="KafkaActorsBrokerOptions.Settings"/>. What makes a node the one it is
    /// (<c>node.id</c>, <c>log.dirs</c>, <c>cluster.seeds</c>, <c>controller.quorum.voters</c>, its listeners) is the
    /// cluster's and refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Settings of single nodes by their ids, over those of every node: a <c>broker.rack</c>, or <c>process.roles</c>
    /// of a node that is no voter.
    /// </summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<string, string>> SettingsOfNodes { get; init; } =
        new Dictionary<int, IReadOnlyDictionary<string, string>>();

    /// <summary>
    /// Partitions of a topic that is created without a number (<c>num.partitions</c>). At least 1; null for one on each
    /// node.
    /// </summary>
    public int? DefaultPartitions { get; init; }

    /// <summary>
    /// Where the logs of all nodes go, a line an entry, each with the node's id in brackets; null drops them. Written
    /// to from any thread, one at a time, until the cluster is disposed of; it stays the caller's.
    /// </summary>
    public TextWriter? Log { get; init; }
}
