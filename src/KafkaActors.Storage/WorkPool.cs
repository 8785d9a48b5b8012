namespace KafkaActors.Storage;

/// <summary>
/// Threads of their own for what blocks on a disk: neither the shared pool nor another kind of work ever waits for it.
/// Work is begun in the order in which it came, and handles its own failures. A thread is started when there is work
/// and none is free, up to the limit, and stays; idle, it waits without a timeout.
/// The queue needs no bound of its own: whoever posts has a bounded number of pieces in it, which
/// <c>src/decisions/0013-every-pool-and-every-budget.md</c> states for each pool.
/// </summary>
public sealed class WorkPool : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly List<Thread> _threads = [];
    private readonly string _name;
    private readonly int _limit;
    private int _idle;
    private bool _stopping;

    /// <param name="name">Of its threads, with a number if there may be several.</param>
    /// <param name="threads">At most so many.</param>
    public WorkPool(string name, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_name, _limit) = (name, threads);
    }

    public int Threads => _limit;

    /// <summary>Queues work; false when the pool is stopping and will not run it.</summary>
    public bool Post(Action work)
    {
        lock (_gate)
        {
            if (_stopping) return false;
            _work.Enqueue(work);
            // A thread that was woken for earlier work counts as idle until it runs.
            if (_work.Count <= _idle) Monitor.Pulse(_gate);
            else if (_threads.Count < _limit) StartThread();
            return true;
        }
    }

    /// <summary>Takes no more work and lets the threads end once what is queued is done.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Runs what is queued, then ends the threads.</summary>
    public void Dispose()
    {
        Stop();
        // None is added any more.
        foreach (Thread thread in _threads) thread.Join();
    }

    private void StartThread()
    {
        string name = _limit == 1 ? _name : $"{_name}-{_threads.Count + 1}";
        var thread = new Thread(Run) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
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
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
            return _work.Dequeue();
        }
    }
}
