namespace KafkaActors.Protocol;

/// <summary>
/// The identity of a partition: entities, persistence ids, messages and replica fetches are keyed by it.
/// </summary>
public readonly record struct TopicIdPartition(TopicId TopicId, int Partition)
{
    public override string ToString() => $"{TopicId}-{Partition}";
}
