using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>A replica's broker as the image has it: only an active one may join an ISR.</summary>
public readonly record struct ReplicaBroker(BrokerEpoch Epoch, bool IsActive)
{
    public static IReadOnlyDictionary<NodeId, ReplicaBroker> Of(MetadataImage image, PartitionImage partition)
    {
        var brokers = new Dictionary<NodeId, ReplicaBroker>(partition.Replicas.Length);
        foreach (NodeId node in partition.Replicas)
            if (image.Broker(node) is { } broker) brokers[node] = new ReplicaBroker(broker.Epoch, broker.IsActive);
        return brokers;
    }
}
