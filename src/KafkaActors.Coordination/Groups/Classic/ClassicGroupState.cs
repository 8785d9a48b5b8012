namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>The states of a classic group, named as DescribeGroups and ListGroups tell them.</summary>
internal enum ClassicGroupState
{
    /// <summary>No members; perhaps offsets.</summary>
    Empty,

    /// <summary>The join barrier: it waits for all members to join.</summary>
    PreparingRebalance,

    /// <summary>The sync barrier: the members have joined and wait for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>The generation has its assignment.</summary>
    Stable,

    /// <summary>Deleted; final.</summary>
    Dead,
}
