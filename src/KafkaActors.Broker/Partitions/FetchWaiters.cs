namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The fetches that wait for one partition. A session joins, then looks at the log once more, then waits: a high
/// watermark that passes in between finds it here. Bounded by the sessions' own limit of fetches under way.
/// </summary>
internal sealed class FetchWaiters
{
    private readonly Lock _lock = new();
    private readonly HashSet<FetchWaiter> _waiting = [];
    private volatile FetchWaiter[] _snapshot = [];

    public int Count => _snapshot.Length;

    public void Join(FetchWaiter waiter)
    {
        lock (_lock)
        {
            if (_waiting.Add(waiter)) _snapshot = [.. _waiting];
        }
    }

    public void Leave(FetchWaiter waiter)
    {
        lock (_lock)
        {
            if (_waiting.Remove(waiter)) _snapshot = [.. _waiting];
        }
    }

    /// <summary>There is more to read, or nothing any more.</summary>
    public void WakeAll()
    {
        // One fence for all of them, instead of one each for those that sleep no more: what has changed is there for
        // whoever rearms after he was found awake.
        Interlocked.MemoryBarrier();
        foreach (FetchWaiter waiter in _snapshot)
        {
            if (!waiter.IsWoken) waiter.Wake();
        }
    }
}
