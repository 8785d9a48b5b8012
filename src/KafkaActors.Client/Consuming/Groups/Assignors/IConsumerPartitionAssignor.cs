namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// Divides the partitions of a group of the classic protocol between its members (Kafka's
/// <c>ConsumerPartitionAssignor</c>). Every member offers its assignors by name; the coordinator chooses one that all
/// members know and one member as leader, and the leader's assignor decides for the whole group. Members of other makes
/// may lead with an assignor of the same name, so what members rely on are the bytes and not the code.
/// <para>
/// Called by the actor of one consumer, one call at a time, and waited for: an assignor that blocks keeps its member
/// from its heartbeats. What it throws ends the subscription of its own consumer.
/// </para>
/// </summary>
public interface IConsumerPartitionAssignor
{
    /// <summary>As in <c>partition.assignment.strategy</c> and on the wire.</summary>
    string Name { get; }

    /// <summary>
    /// How members may rebalance with it. A consumer rebalances cooperatively when all of its assignors can, eagerly
    /// otherwise; assignors that have none of the two in common cannot be used together.
    /// </summary>
    RebalanceProtocols SupportedProtocols => RebalanceProtocols.Eager;

    /// <summary>
    /// What the member sends to the leader's assignor of the same name, as <see cref="GroupMember.UserData"/>; null for
    /// nothing. Asked before every join.
    /// </summary>
    ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription) => null;

    /// <summary>
    /// Called on the leader alone. Members that are left out get nothing. Refused, which ends this consumer's
    /// subscription: partitions that do not exist, whose topic the member does not subscribe to, or that two members
    /// get; in a cooperative group also a partition that is taken from one member and given to another at once.
    /// </summary>
    /// <returns>By <see cref="GroupMember.Id"/>.</returns>
    IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group);

    /// <summary>What the leader has decided for this member; before the member hears of its partitions.</summary>
    void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata member)
    {
        // Most assignors remember nothing.
    }
}
