using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// The handle of a segment's <c>.log</c> file with the count of those who use it. Opened by the first use; an active
/// segment keeps it by using it itself, a sealed one's is kept while the directory's budget allows. Once retired it
/// is not opened again, is closed with its last use, and what waits for that is told.
/// </summary>
internal sealed class SegmentFile(IFileSystem files, string path, OpenFileBudget budget)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ILogFile? _file;
    private int _uses;
    private bool _retired;

    /// <summary>Takes over a file that is open and in use, and has still to be moved to its path.</summary>
    public SegmentFile(IFileSystem files, string path, OpenFileBudget budget, ILogFile opened)
        : this(files, path, budget)
    {
        _file = opened;
        _uses = 1;
    }

    /// <summary>Completes when the file is retired and the last use has ended; the handle is closed by then.</summary>
    public Task Released => _released.Task;

    /// <summary>Whether the segment was taken out of its log.</summary>
    public bool IsRetired
    {
        get
        {
            lock (_gate) return _retired;
        }
    }

    /// <summary>Gets the file for use until <see cref="Release"/>; null once it is retired.</summary>
    /// <exception cref="TooManyOpenFilesException">No descriptor is left, and no file is idle.</exception>
    public ILogFile? Acquire()
    {
        try
        {
            return AcquireOrOpen();
        }
        catch (TooManyOpenFilesException)
        {
            // Without this file's lock: the budget takes those of others.
            budget.CloseIdle();
            return AcquireOrOpen();
        }
    }

    private ILogFile? AcquireOrOpen()
    {
        bool opened = false;
        ILogFile file;
        lock (_gate)
        {
            if (_retired && _file is null) return null;
            if (_file is null)
            {
                budget.Check(path);
                _file = files.Open(path);
                opened = true;
            }
            _uses++;
            file = _file;
        }
        if (opened) budget.Opened(this);
        return file;
    }

    public void Release()
    {
        lock (_gate)
        {
            _uses--;
            if (_uses > 0 || !_retired) return;
            Close();
        }
        _released.TrySetResult();
    }

    /// <summary>Ends the use that a file taken over came with: it is at its path now.</summary>
    public void Settle()
    {
        Release();
        budget.Opened(this);
    }

    /// <summary>Closes the handle unless it is in use; the next use opens it again.</summary>
    public bool TryCloseIdle()
    {
        lock (_gate)
        {
            if (_uses > 0) return false;
            Close();
            return true;
        }
    }

    public void Retire()
    {
        lock (_gate)
        {
            _retired = true;
            if (_uses > 0) return;
            Close();
        }
        _released.TrySetResult();
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
