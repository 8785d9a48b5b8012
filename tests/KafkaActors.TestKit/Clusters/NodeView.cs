namespace KafkaActors.TestKit.Clusters;

/// <summary>What a node says of the cluster to a client that asks it.</summary>
/// <param name="Brokers">The brokers in service, in ascending order.</param>
public sealed record NodeView(
    string? ClusterId, int Controller, IReadOnlyList<int> Brokers, IReadOnlyDictionary<string, TopicView> Topics)
{
    /// <summary>A partition that nobody leads; null when each has a leader.</summary>
    public string? Leaderless => Topics
        .SelectMany(topic => topic.Value.Partitions.Where(partition => partition.Leader < 0)
            .Select(partition => $"{topic.Key}-{partition.Index}"))
        .FirstOrDefault();

    public PartitionView? Partition(string topic, int index) => Topics.TryGetValue(topic, out TopicView? known)
        ? known.Partitions.FirstOrDefault(partition => partition.Index == index)
        : null;
}
