namespace KafkaActors.Storage;

/// <summary>
/// Runs actions at their time with a single timer, armed only while something is due: thousands of idle logs cost
/// nothing. Actions run on the timer's thread and must not block.
/// </summary>
internal sealed class DueTimes : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PriorityQueue<Action, DateTimeOffset> _due = new();
    private bool _disposed;

    public DueTimes(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => RunDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(TimeSpan delay, Action action)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _due.Enqueue(action, _time.GetUtcNow() + delay);
            Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
    }

    private void RunDue()
    {
        while (TakeDue() is { } action) action();
    }

    private Action? TakeDue()
    {
        lock (_gate)
        {
            if (_disposed || !_due.TryPeek(out _, out DateTimeOffset at)) return null;
            if (at <= _time.GetUtcNow()) return _due.Dequeue();
            Arm();
            return null;
        }
    }

    private void Arm()
    {
        if (!_due.TryPeek(out _, out DateTimeOffset at)) return;
        TimeSpan wait = at - _time.GetUtcNow();
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
