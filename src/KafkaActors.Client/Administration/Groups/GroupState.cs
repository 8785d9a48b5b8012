namespace KafkaActors.Client.Administration.Groups;

/// <summary>What a group is about, with Kafka's names (KIP-518, KIP-848).</summary>
public enum GroupState
{
    Unknown,

    /// <summary>It has no members; perhaps offsets.</summary>
    Empty,

    /// <summary>Every member has its assignment.</summary>
    Stable,

    /// <summary>A classic group waits for its members to join.</summary>
    PreparingRebalance,

    /// <summary>A classic group waits for its leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>A consumer group has no assignment yet for the members it has.</summary>
    Assigning,

    /// <summary>A member of a consumer group has not come to its assignment.</summary>
    Reconciling,

    /// <summary>There is no such group.</summary>
    Dead,
}
