namespace KafkaActors.Cli.Topics;

/// <summary>A topic as <c>topics --describe</c> shows it.</summary>
/// <param name="Configs">Only what was set for this topic itself.</param>
internal sealed record TopicDescription(
    string Name,
    string TopicId,
    bool IsInternal,
    IReadOnlyDictionary<string, string> Configs,
    int MinInsyncReplicas,
    IReadOnlyList<PartitionDescription> Partitions)
{
    public int ReplicationFactor => Partitions.Count == 0 ? 0 : Partitions.Max(partition => partition.Replicas.Count);
}
