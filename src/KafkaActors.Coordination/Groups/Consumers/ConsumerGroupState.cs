namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What a consumer group is about, with Kafka's names. It follows from members and epochs and is not stored; see the
/// transitions at <see cref="ConsumerGroup.StateTransitions"/>.
/// </summary>
public enum ConsumerGroupState
{
    /// <summary>It has no members.</summary>
    Empty,

    /// <summary>Its target assignment is older than its members: the next heartbeat computes another.</summary>
    Assigning,

    /// <summary>A member has not come to its target assignment.</summary>
    Reconciling,

    /// <summary>Every member has what it shall have.</summary>
    Stable,

    /// <summary>It was deleted.</summary>
    Dead,
}
