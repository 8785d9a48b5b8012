using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Finds a partition's leader and ISR for the brokers as they are. A leader that may go on goes on. Otherwise there
/// leads, each time the first in the order of the replicas and one that this controller has heard before one that it
/// has not:
/// <list type="number">
/// <item>a live member of the ISR whose log is not suspect;</item>
/// <item>a live eligible leader (KIP-966) whose log is not suspect;</item>
/// <item>once all members of both are live, and so all suspect: the one whose log is longest, as each has said;</item>
/// <item>only where the topic allows it, any live replica.</item>
/// </list>
/// With a leader, whoever is not live or is suspect leaves the ISR; without one the ISR stays as it is, since all its
/// members hold what was committed. A replica whose log was reported bad is not live here.
/// </summary>
/// <param name="isHeard">
/// Whether this controller has heard the process that registered; false for one whom it only gives the time to say so.
/// For the sake of such a leader nobody leaves an ISR.
/// </param>
internal sealed class LeaderElection(MetadataImage image, Func<BrokerImage, bool> isHeard)
{
    /// <returns>Null when nothing changes.</returns>
    public PartitionChanged? Update(PartitionImage before, ElectionConfigs configs) =>
        Update(before, before.States, configs);

    /// <param name="states">Of the replicas, as they are now.</param>
    /// <returns>Null when nothing changes.</returns>
    public PartitionChanged? Update(PartitionImage before, ReplicaStates states, ElectionConfigs configs)
    {
        PartitionImage now = before with { States = states };
        NodeId leader = now.Isr.Contains(now.Leader) && IsLive(now, now.Leader) ? now.Leader : Elect(now, configs);
        if (leader != NodeId.None && IsHeard(leader))
        {
            ImmutableArray<NodeId> isr = [.. now.Isr.Where(node =>
                node == leader || (IsLive(now, node) && !IsSuspect(now, node)))];
            if (!isr.Contains(leader)) isr = [leader];
            now = now with
            {
                Isr = isr,
                EligibleLeaders = Eligible(now, isr, configs.MinInSyncReplicas),
                States = states with { Suspects = [] },
            };
        }

        return Change(before, now with { Leader = leader });
    }

    /// <summary>
    /// Who stays eligible beside the ISR: once it is below its minimum nothing more is committed, so that whoever was
    /// in it then, or was eligible already, holds all that was. Replicas whose logs are suspect or bad are left out.
    /// </summary>
    public static ImmutableArray<NodeId> Eligible(
        PartitionImage before, ImmutableArray<NodeId> isr, int minInSyncReplicas) =>
        isr.Length >= Math.Min(minInSyncReplicas, before.Replicas.Length)
            ? []
            : [.. before.EligibleLeaders.Union(before.Isr).Where(node =>
                !isr.Contains(node) && !IsSuspect(before, node) && !before.States.Failed.Contains(node)).Order()];

    /// <summary>What leads from one to the other, or null when they are the same.</summary>
    public static PartitionChanged? Change(PartitionImage before, PartitionImage after)
    {
        if (after.Leader == before.Leader && after.Isr.SequenceEqual(before.Isr)
            && after.EligibleLeaders.SequenceEqual(before.EligibleLeaders) && after.States.Equals(before.States))
            return null;
        return new PartitionChanged(
            before.Id,
            after.Leader,
            after.Leader == before.Leader ? before.LeaderEpoch : before.LeaderEpoch.Next(),
            before.PartitionEpoch.Next(),
            after.Isr,
            after.EligibleLeaders)
        {
            States = after.States.IsNone ? ReplicaStates.None : after.States,
        };
    }

    private NodeId Elect(PartitionImage partition, ElectionConfigs configs)
    {
        ImmutableArray<NodeId> live =
            [.. partition.Replicas.Where(node => IsLive(partition, node)).OrderBy(node => IsHeard(node) ? 0 : 1)];
        foreach (NodeId node in live)
            if (partition.Isr.Contains(node) && !IsSuspect(partition, node)) return node;
        foreach (NodeId node in live)
            if (partition.EligibleLeaders.Contains(node) && !IsSuspect(partition, node)) return node;
        if (LongestSuspect(partition) is { } longest) return longest;
        return configs.IsUncleanAllowed && !live.IsEmpty ? live[0] : NodeId.None;
    }

    /// <summary>Null while one may still come, or has not said how far its log goes.</summary>
    private NodeId? LongestSuspect(PartitionImage partition)
    {
        ImmutableArray<NodeId> holders =
            [.. partition.Replicas.Where(node => partition.Isr.Contains(node)
                || partition.EligibleLeaders.Contains(node))];
        if (holders.IsEmpty || !holders.All(node => IsLive(partition, node))) return null;
        if (holders.Length == 1) return holders[0];
        SuspectReplica[] reported = [.. partition.States.Suspects.Where(suspect =>
            suspect.HasReported && holders.Contains(suspect.Node))];
        if (reported.Length < holders.Length) return null;
        SuspectReplica longest = reported.Single(suspect => suspect.Node == holders[0]);
        foreach (NodeId node in holders)
        {
            SuspectReplica other = reported.Single(suspect => suspect.Node == node);
            if (other.IsLongerThan(longest)) longest = other;
        }

        return longest.Node;
    }

    private bool IsLive(PartitionImage partition, NodeId node) =>
        image.Broker(node) is { IsActive: true } && !partition.States.Failed.Contains(node);

    private bool IsHeard(NodeId node) => image.Broker(node) is { } broker && isHeard(broker);

    private static bool IsSuspect(PartitionImage partition, NodeId node) => partition.States.IsSuspect(node);
}
