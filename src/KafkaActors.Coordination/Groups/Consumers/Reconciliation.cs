using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// One member's step towards its target assignment (KIP-848). It first gives up what the target lacks, and only then
/// gets the target's epoch and what of the target is free; what others still hold it gets when they have given it up.
/// A pure function of what it is told.
/// </summary>
/// <param name="TargetEpoch">The group epoch for which the target was computed.</param>
/// <param name="IsFree">Whether no other member holds the partition, assigned or not yet given up.</param>
/// <param name="Owned">What the member says it owns; null when it does not say.</param>
internal readonly record struct Reconciliation(
    int TargetEpoch, PartitionSet Target, Func<TopicIdPartition, bool> IsFree, PartitionSet? Owned)
{
    public CurrentAssignment Next(CurrentAssignment current) => current.State switch
    {
        MemberState.Stable when current.MemberEpoch == TargetEpoch => current,
        MemberState.UnrevokedPartitions when StillOwns(current.PendingRevocation) => current,
        MemberState.UnrevokedPartitions => Step(current, current.MemberEpoch + 1),
        _ => Step(current, current.MemberEpoch),
    };

    /// <param name="epoch">Of the member if it has to give up more first; otherwise it gets the target's.</param>
    private CurrentAssignment Step(CurrentAssignment current, int epoch)
    {
        PartitionSet kept = current.Assigned.Intersect(Target);
        PartitionSet revoked = current.Assigned.Except(Target);
        if (StillOwns(revoked))
            return current.AtEpoch(epoch) with
            {
                State = MemberState.UnrevokedPartitions,
                Assigned = kept,
                PendingRevocation = revoked,
            };
        PartitionSet wanted = Target.Except(kept);
        PartitionSet free = wanted.Where(IsFree);
        return current.AtEpoch(TargetEpoch) with
        {
            State = free.Count < wanted.Count ? MemberState.UnreleasedPartitions : MemberState.Stable,
            Assigned = kept.Union(free),
            PendingRevocation = PartitionSet.Empty,
        };
    }

    private bool StillOwns(PartitionSet revoked) => !revoked.IsEmpty && (Owned is null || Owned.Overlaps(revoked));
}
