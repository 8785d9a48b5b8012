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

    /// <summary>Completes when the bytes are the caller's; canceled, they are not, and he has left the line.</summary>
    public async Task TakeAsync(int bytes, CancellationToken cancellation)
    {
        var waiter = new Waiter(bytes);
        lock (_lock)
        {
            _waiting.Enqueue(waiter);
            ServeNext();
        }

        using CancellationTokenRegistration leaving =
            cancellation.UnsafeRegister(static state => Leave(state!), (this, waiter));
        await waiter.Task.ConfigureAwait(false);
    }

    public void GiveBack(int bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            ServeNext();
        }
    }

    private static void Leave(object state)
    {
        (RequestMemory memory, Waiter waiter) = ((RequestMemory, Waiter))state;
        lock (memory._lock)
        {
            // He may have been the one whom the others waited for.
            if (waiter.TrySetCanceled()) memory.ServeNext();
        }
    }

    // Under the lock: continuations run elsewhere.
    private void ServeNext()
    {
        while (_waiting.TryPeek(out Waiter? next))
        {
            if (!next.Task.IsCanceled)
            {
                if (!Fits(next.Bytes)) return;
                _used += next.Bytes;
                next.SetResult();
            }

            _waiting.Dequeue();
        }
    }

    private bool Fits(int bytes) => _used == 0 || _used + bytes <= capacity;

    private sealed class Waiter(int bytes)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Bytes => bytes;
    }
}
