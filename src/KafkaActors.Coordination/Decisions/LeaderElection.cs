using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Finds a partition's leader and ISR after its brokers changed. A leader that may go on goes on. Otherwise the first
/// active member of the ISR in the order of the replicas leads, else the first active eligible leader (KIP-966), else,
/// only where the topic allows it, any active replica. The last member never leaves an ISR, as nobody else is known to
/// hold what was committed; unless its log is in doubt, and that of an eligible leader is not: then that one is waited
/// for.
/// </summary>
internal sealed class LeaderElection(Func<NodeId, bool> isActive, Func<NodeId, bool> isInDoubt)
{
    /// <param name="leaving">Removed from the ISR if another member stays; none if nobody leaves.</param>
    /// <param name="minInSyncReplicas">Below it, members that leave stay eligible.</param>
    /// <param name="isUncleanAllowed"><c>unclean.leader.election.enable</c>.</param>
    /// <returns>Null when nothing changes.</returns>
    public MetadataEvent.PartitionChanged? Update(
        PartitionImage partition, NodeId leaving, int minInSyncReplicas, bool isUncleanAllowed)
    {
        ImmutableArray<NodeId> isr = partition.Isr;
        if (isr.Length > 1 || HasBetterThan(leaving, partition)) isr = isr.Remove(leaving);
        NodeId leader = partition.Leader;
        if (leader == leaving || !isActive(leader)) leader = Elect(partition, isr, isUncleanAllowed);
        if (leader != NodeId.None && !isr.Contains(leader)) isr = [leader];

        ImmutableArray<NodeId> eligible = Eligible(partition, isr, minInSyncReplicas);
        if (isr.IsEmpty && eligible.IsEmpty) eligible = partition.EligibleLeaders;
        if (leader == partition.Leader && isr.SequenceEqual(partition.Isr)
            && eligible.SequenceEqual(partition.EligibleLeaders))
            return null;
        return new MetadataEvent.PartitionChanged(
            partition.Id,
            leader,
            leader == partition.Leader ? partition.LeaderEpoch : partition.LeaderEpoch.Next(),
            partition.PartitionEpoch.Next(),
            isr,
            eligible);
    }

    /// <summary>
    /// Who stays eligible beside the ISR: once it is below its minimum nothing more is committed, so that whoever was
    /// in it then, or was eligible already, holds all that was. Replicas whose logs are in doubt are left out.
    /// </summary>
    public ImmutableArray<NodeId> Eligible(PartitionImage before, ImmutableArray<NodeId> isr, int minInSyncReplicas) =>
        isr.Length >= Math.Min(minInSyncReplicas, before.Replicas.Length)
            ? []
            : [.. before.EligibleLeaders.Union(before.Isr)
                .Where(node => !isr.Contains(node) && !isInDoubt(node)).Order()];

    /// <summary>
    /// Whether an eligible leader holds all that was committed, while the last member may have lost it.
    /// </summary>
    private bool HasBetterThan(NodeId last, PartitionImage partition) => isInDoubt(last)
        && partition.EligibleLeaders.Any(node => node != last && !isInDoubt(node));

    private NodeId Elect(PartitionImage partition, ImmutableArray<NodeId> isr, bool isUncleanAllowed)
    {
        foreach (NodeId node in partition.Replicas)
            if (isr.Contains(node) && isActive(node)) return node;
        foreach (NodeId node in partition.Replicas)
            if (partition.EligibleLeaders.Contains(node) && isActive(node) && !isInDoubt(node)) return node;
        foreach (NodeId node in partition.Replicas)
            if (isUncleanAllowed && isActive(node)) return node;
        return NodeId.None;
    }
}
