namespace KafkaActors.Coordination.Coordinators;

/// <summary>
/// What a coordinator knows of one partition of its topic: whether its keys are served, and what has to be read of it.
/// An attempt to read appends a fence and then reads up to it; there is one at a time, and its id tells a late answer
/// from its own. Pure; owned by the actor of the partition.
/// <code>
/// Fencing -> Loading   the fence is committed: all that former coordinators have written lies before it
/// Fencing -> Fencing   the fence was refused, or its answer is lost: another is appended after a pause
/// Fencing -> Failed    the log is offline, or nobody leads the partition
/// Loading -> Serving   every key is read
/// Loading -> Failed    it could not be read
/// Failed  -> Fencing   the pause is over; somebody leads the partition
/// Serving -> Serving   keys whose state may differ from the log are read again by an attempt of their own, which takes
///                      those that failed before it began; the other keys do not notice
/// </code>
/// </summary>
public sealed class CoordinatedPartition
{
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private HashSet<string>? _inAttempt;
    private bool _isPaused;
    private bool _isLeaderless;

    public CoordinatedPartitionState State { get; private set; } = CoordinatedPartitionState.Fencing;

    /// <summary>The attempt under way; 0 for none.</summary>
    public long Attempt { get; private set; }

    /// <summary>Why the last attempt failed, where that is not expected to pass by itself.</summary>
    public string? Fault { get; private set; }

    /// <summary>The keys that are not served though the partition is.</summary>
    public IReadOnlySet<string> FailedKeys => _failed;

    public bool NeedsReading => Attempt == 0 && !_isPaused && (!IsServing || _failed.Count > 0);

    private bool IsServing => State == CoordinatedPartitionState.Serving;

    /// <summary>The keys that the attempt under way is for; null for all. It does not change any more.</summary>
    public IReadOnlySet<string>? InAttempt => _inAttempt;

    public bool Serves(string key) => IsServing && !_failed.Contains(key);

    /// <summary>The key's actor is ahead of the log, or is gone without a reason: it has to be read again.</summary>
    public void KeyFailed(string key)
    {
        _failed.Add(key);
        _isPaused = true;
    }

    public void Begin(long attempt)
    {
        Attempt = attempt;
        if (_isLeaderless) Fault = null;
        _isLeaderless = false;
        _inAttempt = IsServing ? new HashSet<string>(_failed, StringComparer.Ordinal) : null;
        Enter(CoordinatedPartitionState.Fencing);
    }

    /// <summary>The attempt's fence is committed.</summary>
    public void Fenced() => Enter(CoordinatedPartitionState.Loading);

    /// <summary>Nobody knows what became of the attempt: another may begin at once.</summary>
    public void AttemptLost()
    {
        Attempt = 0;
        Enter(CoordinatedPartitionState.Fencing);
    }

    /// <summary>Another begins after <see cref="Resume"/>.</summary>
    /// <param name="fault">Null for what passes by itself, like a leader that does not serve yet.</param>
    public void AttemptFailed(string? fault)
    {
        Attempt = 0;
        Fault = fault;
        _isPaused = true;
        Enter(fault is null ? CoordinatedPartitionState.Fencing : CoordinatedPartitionState.Failed);
    }

    /// <summary>Nobody could append a fence: the next attempt begins once somebody leads the partition.</summary>
    public void LeaderMissing(string fault)
    {
        Fault = fault;
        _isLeaderless = true;
        Enter(CoordinatedPartitionState.Failed);
    }

    /// <summary>What failed may be tried again.</summary>
    public void Resume() => _isPaused = false;

    /// <summary>What the attempt was for has been read.</summary>
    public void Read()
    {
        Attempt = 0;
        Fault = null;
        if (_inAttempt is not null) _failed.ExceptWith(_inAttempt);
        State = CoordinatedPartitionState.Serving;
    }

    // One that serves goes on serving what has not failed.
    private void Enter(CoordinatedPartitionState state)
    {
        if (!IsServing) State = state;
    }
}
