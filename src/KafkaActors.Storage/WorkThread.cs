namespace KafkaActors.Storage;

/// <summary>
/// A thread of its own for what blocks on the disk: the shared pool must never wait for an fsync. Runs its work in
/// order. The queue needs no bound of its own: each log has at most one flush in it, each deletion is in it once.
/// Idle, it waits without a timeout. Work handles its own failures.
/// </summary>
internal sealed class WorkThread : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly Thread _thread;
    private bool _stopping;

    public WorkThread(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Queues work; false when the thread is stopping and will not run it.</summary>
    public bool Post(Action work)
    {
        lock (_gate)
        {
            if (_stopping) return false;
            _work.Enqueue(work);
            if (_work.Count == 1) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Runs what is queued, then ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (Next() is { } work) work();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (_stopping) return null;
                Monitor.Wait(_gate);
            }
            return _work.Dequeue();
        }
    }
}
