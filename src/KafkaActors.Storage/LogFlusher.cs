using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// Brings a log to the disk and publishes how far. However many appends ask while an fsync runs, one more covers them
/// all. The flushed offset passes a segment only when the segment's own directory entry is on the disk too, and a
/// leader epoch only when the epoch checkpoint is.
/// </summary>
internal sealed class LogFlusher
{
    private readonly LogState _state;
    private readonly Lock _flushing = new();
    private readonly Action _flushAll;
    private readonly Action _flushSealed;
    private readonly Action _flushDue;
    private long _flushedOffset;
    private long _sealedFlushedOffset;
    private long _truncatedTo = long.MaxValue;
    private int _requested;
    private int _sealedRequested;
    private int _dueArmed;
    private LeaderEpochHistory? _durableEpochs;
    private volatile bool _directoryChanged = true;
    private Exception? _fault;

    public LogFlusher(LogState state, long flushedOffset)
    {
        _state = state;
        _flushedOffset = _sealedFlushedOffset = flushedOffset;
        _flushAll = () => Run(ref _requested, includeActive: true);
        _flushSealed = () => Run(ref _sealedRequested, includeActive: false);
        _flushDue = RequestDue;
    }

    /// <summary>Everything below is on the disk.</summary>
    public long FlushedOffset => Volatile.Read(ref _flushedOffset);

    /// <summary>
    /// Sealed segments that end at or below are on the disk with their indexes, and are not flushed again.
    /// </summary>
    public long SealedFlushedOffset => Volatile.Read(ref _sealedFlushedOffset);

    /// <summary>Asks the directory's commit thread for an fsync that covers all appended so far.</summary>
    public void Request()
    {
        if (Interlocked.Exchange(ref _requested, 1) == 0) _state.Services.Committer.Post(_flushAll);
    }

    /// <summary>Asks for an fsync of the sealed segments only, after a roll: it keeps later recovery short.</summary>
    public void RequestSealed()
    {
        if (Interlocked.Exchange(ref _sealedRequested, 1) == 0) _state.Services.Background.Post(_flushSealed);
    }

    /// <summary>A file of the log's directory was created or renamed.</summary>
    public void DirectoryChanged() => _directoryChanged = true;

    /// <summary>Applies the flush policy to an append; under the log's lock.</summary>
    public void Appended(LogConfig config, long logEndOffset)
    {
        _state.AssertGate();
        bool atOnce = config.FlushPolicy == FlushPolicy.GroupCommit
            || logEndOffset - FlushedOffset >= config.FlushMessages;
        if (atOnce) Request();
        else if (config.FlushInterval is { } interval && Interlocked.Exchange(ref _dueArmed, 1) == 0)
            _state.Services.DueTimes.Add(interval, _flushDue);
    }

    /// <summary>
    /// The log was cut: what lay behind is not flushed, whatever a running fsync covers. Under the log's lock.
    /// </summary>
    public void Truncated(long offset)
    {
        _state.AssertGate();
        _truncatedTo = Math.Min(_truncatedTo, offset);
        _sealedFlushedOffset = Math.Min(_sealedFlushedOffset, offset);
        if (FlushedOffset > offset) Volatile.Write(ref _flushedOffset, offset);
    }

    /// <summary>
    /// The log begins anew, empty, and its directory is on the disk. Under the log's lock, after the truncation to 0.
    /// </summary>
    public void BeginsAt(long offset)
    {
        _state.AssertGate();
        _sealedFlushedOffset = offset;
        Volatile.Write(ref _flushedOffset, offset);
    }

    /// <summary>Flushes on the calling thread, which must be one that may block, and tells how far.</summary>
    public void Flush(bool includeActive)
    {
        if (TryFlush(includeActive)) _state.Services.Observer?.Flushed(_state.Log, FlushedOffset);
    }

    /// <summary>False when there was nothing to do.</summary>
    private bool TryFlush(bool includeActive)
    {
        lock (_flushing)
        {
            if (_fault is not null) throw new IOException("an earlier flush failed", _fault);
            if (_state.Failure is not null) return false;
            try
            {
                return TryFlush(Capture(), includeActive);
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                // The next fsync would succeed, without the bytes that this one has lost.
                _fault = e;
                throw;
            }
        }
    }

    private bool TryFlush(LogView view, bool includeActive)
    {
        long sealedEnd = view.Segments[^1].BaseOffset;
        long flushed = includeActive ? view.LogEndOffset : sealedEnd;
        if (flushed <= FlushedOffset && sealedEnd <= _sealedFlushedOffset && !_directoryChanged) return false;
        FlushEpochs(_state.Epochs);
        FlushSegments(view, includeActive);
        if (_directoryChanged)
        {
            _directoryChanged = false;
            _state.Services.Files.FlushDirectory(_state.DirectoryPath);
        }
        Publish(flushed, sealedEnd);
        return true;
    }

    /// <summary>Brings what recovery found to the disk: from here on it counts as flushed.</summary>
    public void FlushRecovered()
    {
        if (_state.Failure is null && FlushedOffset < _state.View.LogEndOffset) TryFlush(includeActive: true);
    }

    private LogView Capture()
    {
        lock (_state.Gate)
        {
            _truncatedTo = long.MaxValue;
            return _state.View;
        }
    }

    private void FlushSegments(LogView view, bool includeActive)
    {
        for (int i = 0; i < view.Segments.Length - 1; i++)
        {
            if (view.EndOffsetOf(i) > _sealedFlushedOffset) view.Segments[i].Flush(withIndexes: true);
        }
        if (includeActive && view.LogEndOffset > FlushedOffset) view.Segments[^1].Flush(withIndexes: false);
    }

    private void Publish(long flushed, long sealedEnd)
    {
        lock (_state.Gate)
        {
            _sealedFlushedOffset = Math.Min(sealedEnd, _truncatedTo);
            flushed = Math.Min(flushed, _truncatedTo);
            if (flushed > _flushedOffset) Volatile.Write(ref _flushedOffset, flushed);
        }
    }

    private void FlushEpochs(LeaderEpochHistory epochs)
    {
        if (ReferenceEquals(epochs, _durableEpochs)) return;
        _state.EpochFile.Flush();
        _durableEpochs = epochs;
    }

    private void RequestDue()
    {
        Volatile.Write(ref _dueArmed, 0);
        if (FlushedOffset < _state.View.LogEndOffset) Request();
    }

    private void Run(ref int requested, bool includeActive)
    {
        Volatile.Write(ref requested, 0);
        try
        {
            Flush(includeActive);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            string message = $"flush of {_state.DirectoryPath} failed: {e.Message}";
            _state.Fail(new LogFailure(LogFailureKind.Flush, message, e));
        }
    }
}
