using KafkaActors.Storage.Checkpoints;

namespace KafkaActors.Storage;

/// <summary>
/// Brings a log to the disk and publishes how far. However many appends ask while an fsync runs, one more covers them
/// all. The flushed offset passes a segment only when the segment's own directory entry is on the disk too, and a
/// leader epoch only when the epoch checkpoint is.
/// </summary>
internal sealed class LogFlusher
{
    private readonly PartitionLog _log;
    private readonly LogServices _services;
    private readonly LeaderEpochCheckpointFile _epochFile;
    private readonly Lock _flushing = new();
    private readonly Action _flushAll;
    private readonly Action _flushSealed;
    private readonly Action _flushDue;
    private long _flushedOffset;
    private long _truncatedTo = long.MaxValue;
    private int _requested;
    private int _sealedRequested;
    private int _dueArmed;
    private LeaderEpochHistory? _durableEpochs;
    private volatile bool _directoryChanged = true;

    public LogFlusher(PartitionLog log, LogServices services, LeaderEpochCheckpointFile epochFile, long flushedOffset)
    {
        _log = log;
        _services = services;
        _epochFile = epochFile;
        _flushedOffset = flushedOffset;
        _flushAll = () => Run(ref _requested, includeActive: true);
        _flushSealed = () => Run(ref _sealedRequested, includeActive: false);
        _flushDue = RequestDue;
    }

    /// <summary>Everything below is on the disk.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedOffset);

    /// <summary>Asks the directory's commit thread for an fsync that covers all appended so far.</summary>
    public void Request()
    {
        if (Interlocked.Exchange(ref _requested, 1) == 0) _services.Committer.Post(_flushAll);
    }

    /// <summary>Asks for an fsync of the sealed segments only, after a roll: it keeps later recovery short.</summary>
    public void RequestSealed()
    {
        if (Interlocked.Exchange(ref _sealedRequested, 1) == 0) _services.Background.Post(_flushSealed);
    }

    /// <summary>A file of the log's directory was created or renamed.</summary>
    public void DirectoryChanged() => _directoryChanged = true;

    /// <summary>Applies the flush policy to an append; under the log's lock.</summary>
    public void Appended(LogConfig config, long logEndOffset)
    {
        if (config.FlushPolicy == FlushPolicy.GroupCommit || logEndOffset - FlushedOffset >= config.FlushMessages) Request();
        else if (config.FlushInterval is { } interval && Interlocked.Exchange(ref _dueArmed, 1) == 0)
            _services.DueTimes.Add(interval, _flushDue);
    }

    /// <summary>The log was cut: what lay behind is not flushed, whatever a running fsync covers. Under the log's lock.</summary>
    public void Truncated(long offset)
    {
        _truncatedTo = Math.Min(_truncatedTo, offset);
        if (FlushedOffset > offset) Volatile.Write(ref _flushedOffset, offset);
    }

    /// <summary>Flushes on the calling thread, which must be one that may block.</summary>
    public void Flush(bool includeActive)
    {
        long flushed;
        lock (_flushing)
        {
            LogView view = _log.CaptureForFlush(() => _truncatedTo = long.MaxValue);
            if (_log.Failure is not null) return;
            int last = includeActive ? view.Segments.Length : view.Segments.Length - 1;
            flushed = includeActive ? view.LogEndOffset : view.Segments[^1].BaseOffset;
            if (flushed <= FlushedOffset && !_directoryChanged) return;
            FlushEpochs(_log.LeaderEpochs);
            for (int i = 0; i < last; i++)
            {
                if (view.EndOffsetOf(i) > FlushedOffset) view.Segments[i].Flush(withIndexes: !view.IsActive(i));
            }
            if (_directoryChanged)
            {
                _directoryChanged = false;
                _services.Files.FlushDirectory(_log.DirectoryPath);
            }
            flushed = _log.PublishFlushed(() => Publish(flushed));
        }
        _services.Observer?.Flushed(_log, flushed);
    }

    private long Publish(long flushed)
    {
        flushed = Math.Min(flushed, _truncatedTo);
        if (flushed > _flushedOffset) Volatile.Write(ref _flushedOffset, flushed);
        return FlushedOffset;
    }

    private void FlushEpochs(LeaderEpochHistory epochs)
    {
        if (ReferenceEquals(epochs, _durableEpochs)) return;
        _epochFile.Write(epochs, durable: true);
        _durableEpochs = epochs;
    }

    private void RequestDue()
    {
        Volatile.Write(ref _dueArmed, 0);
        if (FlushedOffset < _log.LogEndOffset) Request();
    }

    private void Run(ref int requested, bool includeActive)
    {
        Volatile.Write(ref requested, 0);
        try
        {
            Flush(includeActive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Fail(new LogFailure(LogFailureKind.Flush, $"flush of {_log.DirectoryPath} failed: {e.Message}", e));
        }
    }
}
