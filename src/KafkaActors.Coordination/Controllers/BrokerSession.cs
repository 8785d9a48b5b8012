namespace KafkaActors.Coordination.Controllers;

/// <summary>What a controller knows of the life of one broker's process. Times are the sessions' own.</summary>
internal sealed class BrokerSession(Guid incarnation, TimeSpan deadline)
{
    public Guid Incarnation { get; } = incarnation;

    /// <summary>Until then it is taken for alive without being heard.</summary>
    public TimeSpan Deadline { get; private set; } = deadline;

    /// <summary>Null while this controller has not heard it.</summary>
    public TimeSpan? HeardAt { get; private set; }

    /// <summary>Whether it was heard since it was last granted a session that it had not earned by being heard.
    /// </summary>
    public bool IsHeardSinceGrant { get; private set; }

    /// <summary>Null while only silence can end it.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>The longest that one of its directories has waited for a write or a sync.</summary>
    public TimeSpan Stalled { get; set; }

    public void Hear(TimeSpan now, TimeSpan deadline)
    {
        (HeardAt, IsHeardSinceGrant, Ended) = (now, true, null);
        Deadline = deadline;
    }

    public void Grant(TimeSpan deadline)
    {
        IsHeardSinceGrant = false;
        if (deadline > Deadline) Deadline = deadline;
    }

    public void End(SessionEnd reason) => Ended = reason;
}
