namespace KafkaActors.Coordination.Groups;

/// <summary>
/// In which direction a group with members goes from the one protocol to the other, so that its members can be upgraded
/// one by one (KIP-848). A group without members does in any case.
/// </summary>
[Flags]
public enum ConsumerGroupMigrationPolicy
{
    /// <summary>In none: members of the other protocol are refused.</summary>
    Disabled = 0,

    /// <summary>A classic group becomes a consumer group when a member of the consumer protocol joins.</summary>
    Upgrade = 1,

    /// <summary>A consumer group becomes a classic group when the last member of its own protocol is gone.</summary>
    Downgrade = 2,

    Bidirectional = Upgrade | Downgrade,
}
