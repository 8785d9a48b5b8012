using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>The committed state of one partition.</summary>
/// <param name="Replicas">In the order of preference; the first is the preferred leader.</param>
/// <param name="Leader"><see cref="NodeId.None"/> while nobody may lead it.</param>
/// <param name="Isr">Never empty unless eligible leaders hold its place.</param>
/// <param name="EligibleLeaders">Left an ISR that was at its minimum; safe to elect (KIP-966).</param>
public sealed record PartitionImage(
    TopicIdPartition Id,
    ImmutableArray<NodeId> Replicas,
    NodeId Leader,
    LeaderEpoch LeaderEpoch,
    PartitionEpoch PartitionEpoch,
    ImmutableArray<NodeId> Isr,
    ImmutableArray<NodeId> EligibleLeaders)
{
    public ReplicaStates States { get; init; } = ReplicaStates.None;

    public bool HasLeader => Leader != NodeId.None;

    /// <summary>
    /// The leader epoch that a request carries against this one (KIP-320):
    /// <see cref="ErrorCode.FencedLeaderEpoch"/> for an older one, <see cref="ErrorCode.UnknownLeaderEpoch"/> for one
    /// that this image does not know yet. None is not checked.
    /// </summary>
    public ErrorCode CheckLeaderEpoch(LeaderEpoch claimed)
    {
        if (claimed == LeaderEpoch.None || claimed == LeaderEpoch) return ErrorCode.None;
        return claimed < LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
    }
}
