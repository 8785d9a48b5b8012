using KafkaActors.Coordination.Coordinators;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// What a coordinator keeps under one key. Each input gives records to append and answers that wait for them; the state
/// is ahead of the log by what was decided and is not committed yet (decision 0009), so that it is thrown away and read
/// again when an append fails. Owned by one <see cref="CoordinatedKeyActor"/>.
/// </summary>
internal interface ICoordinatedState
{
    /// <summary>Whether there is anything to keep; a key without it may be forgotten.</summary>
    bool Exists { get; }

    /// <summary>When to call <see cref="Tick"/>; may be early, never late. Null: nothing is waited for.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Takes in a record of the log: all of the key's in order, before <see cref="Loaded"/>.</summary>
    void Replay(CoordinatorRecord record);

    /// <summary>The log has been read.</summary>
    CoordinatorResult Loaded();

    /// <param name="ticket">Given back with the answer.</param>
    CoordinatorResult Handle(long ticket, CoordinatorCall call);

    /// <summary>Looks at deadlines.</summary>
    CoordinatorResult Tick();

    /// <summary>Topics of these names were deleted; there may be others of the names by now.</summary>
    CoordinatorResult TopicsDeleted(IReadOnlyList<string> topics);
}
