namespace KafkaActors.Protocol;

/// <summary>A partition as people and clients name it. Not an identity: see <see cref="TopicIdPartition"/>.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}-{Partition}";
}
