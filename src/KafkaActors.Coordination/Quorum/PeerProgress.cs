using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What a controller knows of the voter on one node. One request is under way at a time.</summary>
/// <param name="next">See <see cref="Previous"/>.</param>
/// <param name="asOf">The tick from which on its silence counts.</param>
internal sealed class PeerProgress(LogPosition next, long asOf)
{
    private long _heardAt = asOf;
    private long _formerHeardAt = asOf;

    /// <summary>The directory that answered last.</summary>
    public Voter? Voter { get; private set; }

    /// <summary>What it has on disk of the controller's log.</summary>
    public LogPosition Matched { get; private set; } = LogPosition.Empty;

    /// <summary>The next request says what comes after this.</summary>
    public LogPosition Previous { get; private set; } = next;

    /// <summary>The last of the controller's rounds that it answered while it followed.</summary>
    public long Round { get; private set; } = QuorumProtocol.NoRound;

    public bool IsWaiting { get; set; }

    /// <summary>The tick of the oldest request since the last answer; null when nothing is unanswered.</summary>
    public long? UnansweredSince { get; private set; }

    /// <summary>When the snapshot that it needs was last sent: a large one takes longer than a tick.</summary>
    public long? SnapshotSentAt { get; set; }

    /// <summary>The tick at which it last answered, whichever directory it was.</summary>
    public long AnsweredAt => _heardAt;

    /// <summary>The tick at which it last held all that the controller had.</summary>
    public long? CaughtUpAt { get; set; }

    /// <summary>
    /// The tick at which this directory last answered a request of the window before it. Another one's answers on the
    /// same node are not the voter's.
    /// </summary>
    public long HeardAt(Voter voter) => Voter is null || Voter == voter ? _heardAt : _formerHeardAt;

    public void OnSent(long tick)
    {
        IsWaiting = true;
        UnansweredSince ??= tick;
    }

    /// <summary>
    /// An answer counts if its request was sent within the window: one that lay unread for longer says nothing of the
    /// time since. Answers do not say which of several equal requests they belong to; the oldest one decides.
    /// </summary>
    public void OnAnswered(Voter from, long round, long tick, long window)
    {
        if (Voter is not null && Voter != from)
        {
            Round = QuorumProtocol.NoRound;
            (Matched, CaughtUpAt, SnapshotSentAt) = (LogPosition.Empty, null, null);
            _formerHeardAt = _heardAt;
        }

        Voter = from;
        Round = Math.Max(Round, round);
        if (UnansweredSince is { } sent && tick - sent <= window) _heardAt = tick;
        UnansweredSince = null;
    }

    public void OnMatch(LogPosition position)
    {
        SnapshotSentAt = null;
        if (position > Matched) Matched = position;
        if (position >= Previous) Previous = position;
    }

    public void OnMismatch(LogPosition retryAt) => Previous = retryAt;
}
