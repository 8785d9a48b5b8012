namespace KafkaActors.Client.Consuming.Groups;

/// <summary>Where a member of a consumer group stands; see <see cref="ConsumerGroupMembership"/>.</summary>
internal enum ConsumerMemberState
{
    /// <summary>No member.</summary>
    Unsubscribed,

    /// <summary>Waits for the answer to its first heartbeat.</summary>
    Joining,

    /// <summary>
    /// Has been told of an assignment that differs from what its reader has, and goes there step by step.
    /// </summary>
    Reconciling,

    /// <summary>Its reader has what was assigned; the coordinator has not been told yet.</summary>
    Acknowledging,

    /// <summary>Has its assignment.</summary>
    Stable,

    /// <summary>Waits for its reader to let go of everything, then leaves.</summary>
    PrepareLeaving,

    /// <summary>Has left because its reader stands still; joins again when it goes on.</summary>
    Stale,

    /// <summary>The group refuses this member for good.</summary>
    Fatal,
}
