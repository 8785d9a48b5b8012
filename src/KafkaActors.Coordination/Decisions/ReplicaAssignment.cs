using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>An assignment somebody made by hand: what may be wrong with it, and the partitions it gives.</summary>
internal static class ReplicaAssignment
{
    /// <param name="first">The number of the partition that the assignment begins with.</param>
    /// <returns>Null when it is valid, otherwise a sentence that says why it is not.</returns>
    public static string? Fault(
        MetadataImage image, IReadOnlyList<IReadOnlyList<NodeId>> assignment, int replicationFactor, int first)
    {
        for (int i = 0; i < assignment.Count; i++)
        {
            if (Fault(image, first + i, assignment[i], replicationFactor) is { } fault) return fault;
        }

        return null;
    }

    private static string? Fault(MetadataImage image, int partition, IReadOnlyList<NodeId> replicas, int factor)
    {
        if (replicas.Count == 0) return $"The assignment of partition {partition} is empty.";
        if (replicas.Count != factor)
            return $"Partition {partition} is assigned {replicas.Count} replicas, where {factor} are wanted.";
        // Ends at the first that is no broker, or is one for the second time: a list may be of any length.
        var seen = new HashSet<NodeId>();
        foreach (NodeId node in replicas)
        {
            if (image.Broker(node) is null)
                return $"Partition {partition} is assigned to broker {node}, which is not registered.";
            if (!seen.Add(node)) return $"Partition {partition} is assigned to broker {node} twice.";
        }

        return replicas.Any(node => image.Broker(node)!.IsActive)
            ? null
            : $"All brokers assigned to partition {partition} are fenced or in controlled shutdown.";
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
