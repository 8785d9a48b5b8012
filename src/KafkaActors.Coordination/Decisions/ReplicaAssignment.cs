using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>An assignment somebody made by hand: what may be wrong with it, and the partitions it gives.</summary>
internal static class ReplicaAssignment
{
    /// <returns>Null when it is valid, otherwise a sentence that says why it is not.</returns>
    public static string? Fault(
        MetadataImage image, IReadOnlyList<IReadOnlyList<NodeId>> assignment, int replicationFactor)
    {
        for (int i = 0; i < assignment.Count; i++)
        {
            IReadOnlyList<NodeId> replicas = assignment[i];
            if (replicas.Count == 0) return $"The assignment of partition {i} is empty.";
            if (replicas.Count != replicationFactor)
                return $"Partition {i} is assigned {replicas.Count} replicas, where {replicationFactor} are wanted.";
            if (replicas.Distinct().Count() != replicas.Count) return $"Partition {i} is assigned to a broker twice.";
            foreach (NodeId node in replicas)
                if (image.Broker(node) is null)
                    return $"Partition {i} is assigned to broker {node}, which is not registered.";
            if (!replicas.Any(node => image.Broker(node)!.IsActive))
                return $"All brokers assigned to partition {i} are fenced or in controlled shutdown.";
        }

        return null;
    }

    /// <summary>A new partition: its active replicas are the ISR, and the first of them leads.</summary>
    public static MetadataEvent.PartitionAdded Added(
        MetadataImage image, TopicIdPartition id, IReadOnlyList<NodeId> replicas)
    {
        ImmutableArray<NodeId> isr = [.. replicas.Where(node => image.Broker(node) is { IsActive: true })];
        return new MetadataEvent.PartitionAdded(
            id, [.. replicas], isr[0], new LeaderEpoch(0), new PartitionEpoch(0), isr, []);
    }
}
