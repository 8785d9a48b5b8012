namespace KafkaActors.Cli.Topics;

/// <summary>Which partitions <c>topics --describe</c> is asked for; without any condition, all of them.</summary>
internal sealed record PartitionFilter(
    bool UnderReplicated, bool Unavailable, bool UnderMinIsr, bool AtMinIsr)
{
    public bool IsEmpty => !UnderReplicated && !Unavailable && !UnderMinIsr && !AtMinIsr;

    public bool Accepts(TopicDescription topic, PartitionDescription partition) =>
        IsEmpty
        || (UnderReplicated && partition.Isr.Count < partition.Replicas.Count)
        || (Unavailable && partition.Leader is null)
        || (UnderMinIsr && partition.Isr.Count < topic.MinInsyncReplicas)
        || (AtMinIsr && partition.Isr.Count == topic.MinInsyncReplicas);
}
