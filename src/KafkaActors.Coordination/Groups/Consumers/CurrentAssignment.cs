namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>What a member has, as its record of type 8 says. Immutable and equal by value.</summary>
/// <param name="MemberEpoch">What its next heartbeat has to name; see <see cref="ConsumerHeartbeat"/>.</param>
/// <param name="PreviousMemberEpoch">Accepted once more: the answer that raised the epoch may have been lost.</param>
/// <param name="Assigned">It may use these at once.</param>
/// <param name="PendingRevocation">It was told to give these up and has not said that it did.</param>
public sealed record CurrentAssignment(
    int MemberEpoch,
    int PreviousMemberEpoch,
    MemberState State,
    PartitionSet Assigned,
    PartitionSet PendingRevocation)
{
    /// <summary>Of a member that is about to join.</summary>
    public static CurrentAssignment None { get; } =
        new(ConsumerHeartbeat.Join, -1, MemberState.Stable, PartitionSet.Empty, PartitionSet.Empty);

    /// <summary>Whether this is a static member that left and will be back.</summary>
    public bool HasDeparted => MemberEpoch == ConsumerHeartbeat.LeaveForAWhile;

    public bool IsReconciledTo(int targetEpoch) => State == MemberState.Stable && MemberEpoch == targetEpoch;

    /// <summary>Of a static member that leaves and will be back: it gave up what it was asked to.</summary>
    public CurrentAssignment Departed() =>
        this with { MemberEpoch = ConsumerHeartbeat.LeaveForAWhile, PendingRevocation = PartitionSet.Empty };

    /// <summary>Of that member when it is back: it keeps what it had, and joins.</summary>
    public CurrentAssignment Returned() =>
        new(ConsumerHeartbeat.Join, ConsumerHeartbeat.Join, MemberState.Stable, Assigned, PartitionSet.Empty);

    internal CurrentAssignment AtEpoch(int epoch) =>
        epoch == MemberEpoch ? this : this with { MemberEpoch = epoch, PreviousMemberEpoch = MemberEpoch };
}
