namespace KafkaActors.Broker.Groups;

/// <summary>
/// What the coordinator knows of one partition of the offsets topic: whether its groups are served, and what has to be
/// read of it. An attempt to read appends a fence and then reads up to it; there is one at a time, and its id tells a
/// late answer from its own. Pure; owned by <see cref="OffsetsPartitions"/>.
/// <code>
/// Unread -> Served   an attempt that reads every group has succeeded
/// Served -> Served   a group whose memory may differ from the log waits for the next attempt, which reads the groups
///                    that failed before it began; the others do not notice
/// </code>
/// An attempt that fails leaves the partition as it is, to be tried again.
/// </summary>
internal sealed class OffsetsPartition
{
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private HashSet<string>? _inAttempt;
    private bool _isPaused;

    /// <summary>Every group but those that failed is served.</summary>
    public bool IsServed { get; private set; }

    /// <summary>The attempt under way; 0 for none.</summary>
    public long Attempt { get; private set; }

    /// <summary>Why the last attempt failed, where that is not expected to pass by itself.</summary>
    public string? Fault { get; private set; }

    public bool HasFailedGroups => _failed.Count > 0;

    public bool NeedsReading => Attempt == 0 && !_isPaused && (!IsServed || HasFailedGroups);

    /// <summary>Whether the attempt under way is for the group.</summary>
    public bool IsWanted(string groupId) => _inAttempt?.Contains(groupId) ?? true;

    public bool Serves(string groupId) => IsServed && !_failed.Contains(groupId);

    /// <summary>The group's actor is ahead of the log, or is gone without a reason: it has to be read again.</summary>
    public void GroupFailed(string groupId)
    {
        _failed.Add(groupId);
        _isPaused = true;
    }

    public void Begin(long attempt)
    {
        Attempt = attempt;
        _inAttempt = IsServed ? new HashSet<string>(_failed, StringComparer.Ordinal) : null;
    }

    /// <summary>Nobody knows what became of it: another may begin at once.</summary>
    public void AttemptLost() => Attempt = 0;

    /// <summary>Another begins after <see cref="Resume"/>.</summary>
    /// <param name="fault">Null for what passes by itself, like a partition without a leader for a while.</param>
    public void AttemptFailed(string? fault)
    {
        Attempt = 0;
        Fault = fault;
        _isPaused = true;
    }

    /// <summary>What failed may be tried again.</summary>
    public void Resume() => _isPaused = false;

    /// <summary>What the attempt was for has been read.</summary>
    public void Read()
    {
        Attempt = 0;
        Fault = null;
        if (_inAttempt is not null) _failed.ExceptWith(_inAttempt);
        IsServed = true;
    }
}
