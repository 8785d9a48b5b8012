namespace KafkaActors.Broker.Listener;

/// <summary>
/// The bytes that unanswered requests of all connections may hold together. Who finds it full waits in line, and reads
/// nothing more from its client meanwhile. A request that is larger than all of it is let in alone. Any thread.
/// </summary>
internal sealed class RequestMemory(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = new();
    private long _used;

    public long Used
    {
        get
        {
            lock (_lock) return _used;
        }
    }

    public bool TryTake(int bytes)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !Fits(bytes)) return false;
            _used += bytes;
            return true;
        }
    }

    /// <summary>Completes when the bytes are the caller's; they are given back even if he has gone meanwhile.</summary>
    public Task TakeAsync(int bytes)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _used += bytes;
                return Task.CompletedTask;
            }

            var waiter = new Waiter(bytes);
            _waiting.Enqueue(waiter);
            return waiter.Task;
        }
    }

    public void GiveBack(int bytes)
    {
        List<Waiter>? served = null;
        lock (_lock)
        {
            _used -= bytes;
            while (_waiting.TryPeek(out Waiter? next) && Fits(next.Bytes))
            {
                _used += next.Bytes;
                (served ??= []).Add(_waiting.Dequeue());
            }
        }

        served?.ForEach(waiter => waiter.SetResult());
    }

    private bool Fits(int bytes) => _used == 0 || _used + bytes <= capacity;

    private sealed class Waiter(int bytes)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Bytes => bytes;
    }
}
