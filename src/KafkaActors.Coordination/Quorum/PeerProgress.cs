using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What a controller knows of the voter on one node. One request is under way at a time.</summary>
internal sealed class PeerProgress(LogPosition next)
{
    /// <summary>The directory that answered last.</summary>
    public Voter? Voter { get; private set; }

    /// <summary>What it has on disk of the controller's log.</summary>
    public LogPosition Matched { get; private set; } = LogPosition.Empty;

    /// <summary>The next request says what comes after this.</summary>
    public LogPosition Previous { get; private set; } = next;

    public bool IsWaiting { get; set; }

    /// <summary>The tick at which it last answered.</summary>
    public long LastAnswer { get; set; } = -1;

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
