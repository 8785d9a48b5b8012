using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>
/// What the parts of one log share. Everything but the configuration is changed under <see cref="Gate"/> alone, which
/// the setters check; the view, the epochs, the configuration and the failure are read without it. The writer adds to
/// the log, the trimmer takes from it, the reader looks at it, the flusher brings it to the disk.
/// </summary>
internal sealed class LogState
{
    private readonly LogView _initialView;
    private volatile LogView _view;
    private volatile LogConfig _config;
    private volatile LeaderEpochHistory _epochs;
    private volatile LogFailure? _failure;
    private volatile ErrorCode _closedAs = ErrorCode.None;
    private volatile bool _mayHaveGaps;
    private volatile bool _gapsAreNoted;
    private ProducerStateTable _producers;
    private WriterToken? _writer;
    private long _truncations;

    public LogState(
        LogServices services,
        PartitionLog log,
        string directoryPath,
        LogConfig config,
        LoadedLog loaded,
        LogDamages damages)
    {
        Services = services;
        Log = log;
        Damages = damages;
        DirectoryPath = directoryPath;
        _config = config;
        _epochs = loaded.Epochs;
        _failure = loaded.Failure;
        _mayHaveGaps = loaded.MayHaveGaps;
        _producers = loaded.Producers;
        EpochFile = new LeaderEpochCheckpointFile(Files, Path.Combine(directoryPath, LogFileNames.LeaderEpochs));
        LogOffsets at = loaded.Offsets;
        long activeBytes = loaded.Segments[^1].Size;
        _view = _initialView = new LogView(loaded.Segments, at.LogStart, at.HighWatermark, at.LogEnd, activeBytes);
        Flusher = new LogFlusher(this, at.Flushed);
    }

    public Lock Gate { get; } = new();

    /// <summary>
    /// Held while sealed segments are cut, deleted or replaced, with the waits for the disk that this takes; appends go
    /// on. Taken before the gate, never in it.
    /// </summary>
    public Lock Shape { get; } = new();

    public LogServices Services { get; }

    public PartitionLog Log { get; }

    public string DirectoryPath { get; }

    public LogDamages Damages { get; }

    public LeaderEpochCheckpointFile EpochFile { get; }

    public LogFlusher Flusher { get; }

    public IFileSystem Files => Services.Files;

    public long NowMs => Services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Only under the gate; replaced whole by a truncation.</summary>
    public ProducerStateTable Producers
    {
        get => Guarded(_producers);
        set => _producers = Guarded(value);
    }

    /// <summary>Which of the log's records are being compacted.</summary>
    public CleaningTurns Cleaning { get; } = new();

    /// <summary>How often the log was cut: what was known of its records may not hold. Under the gate.</summary>
    public long Truncations
    {
        get => Guarded(_truncations);
        set => _truncations = Guarded(value);
    }

    /// <summary>The current token. Only under the gate.</summary>
    public WriterToken? Writer
    {
        get => Guarded(_writer);
        set => _writer = Guarded(value);
    }

    public LogView View
    {
        get => _view;
        set => _view = Guarded(value);
    }

    /// <summary>Whether the log is as it was opened.</summary>
    public bool IsUntouched => ReferenceEquals(_view, _initialView);

    public LogConfig Config
    {
        get => _config;
        set
        {
            // Not "|=": that could write back a false that another thread has just made true.
            if (value.CleanupPolicy.HasFlag(CleanupPolicy.Compact)) _mayHaveGaps = true;
            _config = value;
        }
    }

    /// <summary>
    /// Whether offsets may be missing between batches: compaction takes them out, and a follower copies what its leader
    /// has left. Once true it stays true, whatever the policy becomes: a log does not get back what it lost. Where it
    /// is false, a missing offset is corruption.
    /// </summary>
    public bool MayHaveGaps => _mayHaveGaps;

    public LeaderEpochHistory Epochs
    {
        get => _epochs;
        private set => _epochs = value;
    }

    public LogFailure? Failure => _failure;

    /// <summary>What is answered since the log was closed or deleted; None while it is open.</summary>
    public ErrorCode ClosedAs => _closedAs;

    public static bool IsDiskFault(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>
    /// From here on a reader is not expected to wait for the disk: what this process appended itself, to the active
    /// segment or to the one sealed last. That was written last, so the page cache gives it up last; and who follows
    /// the log's end reads there, also just after a segment was sealed. What is older, or from before this process,
    /// may have to come from the disk. A wrong guess costs a hop, or a wait of one reader's thread.
    /// </summary>
    public long WarmFrom(LogView view)
    {
        int last = Math.Max(0, view.Segments.Length - 2);
        return Math.Max(view.Segments[last].BaseOffset, _initialView.LogEndOffset);
    }

    /// <summary>
    /// Passes a value on if this thread holds the gate. In every build: it costs a comparison of two thread ids, and a
    /// change made without the lock shows in no other way than by two histories of one log.
    /// </summary>
    private T Guarded<T>(T value)
    {
        AssertGate();
        return value;
    }

    public void AssertGate()
    {
        if (!Gate.IsHeldByCurrentThread) throw new InvalidOperationException($"{DirectoryPath}: not under its lock");
    }

    /// <summary>What cuts, deletes or replaces sealed segments holds <see cref="Shape"/>.</summary>
    public void AssertShape()
    {
        if (!Shape.IsHeldByCurrentThread)
            throw new InvalidOperationException($"{DirectoryPath}: not under the lock of its segments");
    }

    /// <summary>Whether a token may change the log now. Under the gate.</summary>
    public ErrorCode Judge(WriterToken token)
    {
        if (!ReferenceEquals(token, Writer) || token.Role == ReplicaRole.None) return ErrorCode.NotLeaderOrFollower;
        return _failure is not null || _closedAs != ErrorCode.None ? ErrorCode.KafkaStorageError : ErrorCode.None;
    }

    /// <summary>
    /// Replaces the epoch history, in memory and in its file; the flusher makes it durable. Under the gate.
    /// </summary>
    public void ChangeEpochs(LeaderEpochHistory epochs)
    {
        AssertGate();
        if (ReferenceEquals(epochs, _epochs)) return;
        EpochFile.Write(epochs);
        Flusher.DirectoryChanged();
        Epochs = epochs;
    }

    /// <summary>Before a gap is made, which the next start must expect: on the disk on return, once.</summary>
    public void AllowGaps()
    {
        if (_gapsAreNoted) return;
        Services.Checkpoints.MarkCompacted(Log);
        _mayHaveGaps = _gapsAreNoted = true;
    }

    /// <summary>Takes the log offline and says so, once. Not under the gate: the observer is called.</summary>
    public void Fail(LogFailure failure)
    {
        lock (Gate)
        {
            if (_failure is not null) return;
            _failure = failure;
            if (_closedAs != ErrorCode.None) return;
        }
        Services.Observer?.Failed(Log, failure);
    }

    /// <summary>Runs a change; a disk's fault takes the log offline and is answered as KafkaStorageError.</summary>
    public ErrorCode Guard(LogFailureKind kind, string what, Func<ErrorCode> change)
    {
        try
        {
            return change();
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            LogFailureKind actual = e is CorruptLogException ? LogFailureKind.Corruption : kind;
            Fail(new LogFailure(actual, $"{what} in {DirectoryPath} failed: {e.Message}", e));
            return ErrorCode.KafkaStorageError;
        }
    }

    /// <summary>Refuses all writers and readers from here on; the last view, for closing its segments.</summary>
    public LogView Close(ErrorCode answer)
    {
        lock (Gate)
        {
            _closedAs = answer;
            Writer = null;
            return _view;
        }
    }
}
