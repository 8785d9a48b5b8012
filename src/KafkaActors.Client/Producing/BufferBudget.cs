namespace KafkaActors.Client.Producing;

/// <summary>
/// The bytes of <c>buffer.memory</c>: reserved for each batch, given back when it is answered. One reservation greater
/// than everything is let through alone. Thread-safe.
/// </summary>
internal sealed class BufferBudget(long totalBytes)
{
    private readonly Lock _gate = new();
    private long _usedBytes;
    private TaskCompletionSource? _freed;

    /// <summary>Somebody waits for room: batches leave without lingering.</summary>
    public bool IsExhausted => Volatile.Read(ref _freed) is not null;

    public bool TryReserve(int bytes)
    {
        lock (_gate)
        {
            if (_usedBytes > 0 && _usedBytes + bytes > totalBytes) return false;
            _usedBytes += bytes;
            return true;
        }
    }

    public void Release(int bytes)
    {
        TaskCompletionSource? freed;
        lock (_gate)
        {
            _usedBytes -= bytes;
            freed = _freed;
            _freed = null;
        }

        freed?.TrySetResult();
    }

    /// <summary>Completes when something is given back after this call, or at once when there is room.</summary>
    public Task WaitForRoom(int bytes)
    {
        lock (_gate)
        {
            if (_usedBytes == 0 || _usedBytes + bytes <= totalBytes) return Task.CompletedTask;
            _freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _freed.Task;
        }
    }
}
