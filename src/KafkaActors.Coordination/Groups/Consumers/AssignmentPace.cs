namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// When a group's target assignment may be computed again. That looks at every member, so that in a large group it is
/// not done for each member that joins or leaves but for all that did within a while, a while that grows with the
/// group: three thousand members that join one after the other cost a few computations a second, and not the square of
/// their number. A small group computes at once. (Kafka: KIP-1263.)
/// </summary>
internal sealed class AssignmentPace
{
    /// <summary>Up to so many members a computation costs less than the records of a join.</summary>
    public const int SmallGroup = 250;

    /// <summary>A computation takes some microseconds a member; so this is a twentieth of one thread at most.</summary>
    private static readonly TimeSpan PauseOfMember = TimeSpan.FromMicroseconds(250);

    private TimeSpan _next = TimeSpan.MinValue;

    /// <summary>When what was put off is due; null while nothing is.</summary>
    public TimeSpan? PutOffUntil { get; private set; }

    /// <summary>Whether to compute now; otherwise it is put off.</summary>
    public bool IsDue(TimeSpan now, int members)
    {
        if (members <= SmallGroup || now >= _next) return true;
        PutOffUntil = _next;
        return false;
    }

    public void Computed(TimeSpan now, int members)
    {
        PutOffUntil = null;
        _next = now + (members * PauseOfMember);
    }
}
