namespace KafkaActors.Client.Consuming.Groups;

/// <summary>Where a member of a classic group stands; see <see cref="ClassicGroupMembership"/>.</summary>
internal enum ClassicMemberState
{
    /// <summary>Not subscribed.</summary>
    Idle,

    /// <summary>Waits for the answer to JoinGroup, which comes when every member has joined.</summary>
    Joining,

    /// <summary>Leads the group, and waits for the metadata of its topics.</summary>
    Assigning,

    /// <summary>Waits for its assignment.</summary>
    Syncing,

    /// <summary>Has its assignment.</summary>
    Stable,

    /// <summary>Waits for its reader to let go of partitions, then joins again.</summary>
    Revoking,

    /// <summary>Has left because its reader stands still; joins again when it goes on.</summary>
    Suspended,

    /// <summary>The group refuses this member for good.</summary>
    Failed,
}
