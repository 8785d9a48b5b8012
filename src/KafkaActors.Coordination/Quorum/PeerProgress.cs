using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What a controller knows of the voter on one node. One request is under way at a time.</summary>
/// <param name="next">See <see cref="Previous"/>.</param>
/// <param name="asOf">The tick from which on its silence counts.</param>
internal sealed class PeerProgress(LogPosition next, long asOf)
{
    private long? _oldestUnanswered;

    /// <summary>The directory that answered last.</summary>
    public Voter? Voter { get; private set; }

    /// <summary>What it has on disk of the controller's log.</summary>
    public LogPosition Matched { get; private set; } = LogPosition.Empty;

    /// <summary>The next request says what comes after this.</summary>
    public LogPosition Previous { get; private set; } = next;

    public bool IsWaiting { get; set; }

    /// <summary>The tick at which it last answered a request of the window before it.</summary>
    public long HeardAt { get; private set; } = asOf;

    public void OnSent(long tick)
    {
        IsWaiting = true;
        _oldestUnanswered ??= tick;
    }

    /// <summary>
    /// An answer counts if its request was sent within the window: one that lay unread for longer says nothing of the
    /// time since. Answers do not say which of several equal requests they belong to; the oldest one decides.
    /// </summary>
    public void OnAnswered(long tick, long window)
    {
        if (_oldestUnanswered is { } sent && tick - sent <= window) HeardAt = tick;
        _oldestUnanswered = null;
    }

    public void OnMatch(Voter from, LogPosition position)
    {
        if (Voter != from) Matched = LogPosition.Empty;
        Voter = from;
        if (position > Matched) Matched = position;
        if (position >= Previous) Previous = position;
    }

    public void OnMismatch(Voter from, LogPosition retryAt)
    {
        if (Voter != from) Matched = LogPosition.Empty;
        Voter = from;
        Previous = retryAt;
    }
}
