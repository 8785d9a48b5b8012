namespace KafkaActors.Broker.Budgets;

/// <summary>
/// Bytes that many may hold together, each in a <see cref="BudgetShare"/>. Who finds too few left waits in a
/// <see cref="FairLine"/>. The one that is next and does not fit may go beyond the capacity, until its share is
/// closed; one at a time. So whatever the others hold, and wait for, the next one never waits for them, and the line
/// moves as long as each share is closed in bounded time, which its owner sees to. At most the capacity and one share
/// are held. Any thread.
/// </summary>
internal sealed class ByteBudget(string name, long capacity)
{
    private readonly Lock _lock = new();
    private readonly FairLine _line = new();
    private BudgetShare? _beyond;
    private long _used;

    public string Name => name;

    public long Capacity => capacity;

    /// <summary>What all shares hold.</summary>
    public long Used
    {
        get
        {
            lock (_lock) return _used;
        }
    }

    /// <summary>Whether somebody waits, or more is held than there is.</summary>
    public bool IsShort
    {
        get
        {
            lock (_lock) return _line.Count > 0 || (_used > capacity && _beyond is null);
        }
    }

    /// <summary>Opens an empty share.</summary>
    /// <param name="party">On whose behalf: parties are served in turn. A client's address.</param>
    public BudgetShare Open(object party) => new(this, party);

    internal bool TryTake(BudgetShare share, long bytes)
    {
        lock (_lock)
        {
            if (share.IsClosed) return false;
            if (_beyond != share && (_line.Count > 0 || _used + bytes > capacity)) return false;
            Grant(share, bytes);
            return true;
        }
    }

    internal Task TakeAsync(BudgetShare share, long bytes, CancellationToken cancellation)
    {
        var waiter = new BudgetWaiter(share, bytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(share.IsClosed, share);
            _line.Add(waiter);
            ServeNext();
        }

        return waiter.Task.IsCompleted ? waiter.Task : WaitAsync(waiter, cancellation);
    }

    internal void Add(BudgetShare share, long bytes)
    {
        lock (_lock)
        {
            if (!share.IsClosed) Grant(share, bytes);
        }
    }

    internal void GiveBack(BudgetShare share, long bytes)
    {
        lock (_lock)
        {
            // A share that is closed holds nothing that could be given back twice.
            long given = Math.Min(bytes, share.Held);
            share.Held -= given;
            Ease(given);
        }
    }

    internal void Close(BudgetShare share)
    {
        lock (_lock)
        {
            if (share.IsClosed) return;
            share.IsClosed = true;
            if (_beyond == share) _beyond = null;
            long given = share.Held;
            share.Held = 0;
            Ease(given);
        }
    }

    private async Task WaitAsync(BudgetWaiter waiter, CancellationToken cancellation)
    {
        using CancellationTokenRegistration leaving = cancellation.UnsafeRegister(
            static state =>
            {
                (ByteBudget budget, BudgetWaiter who) = ((ByteBudget, BudgetWaiter))state!;
                budget.Leave(who);
            },
            (this, waiter));
        await waiter.Task.ConfigureAwait(false);
    }

    private void Leave(BudgetWaiter waiter)
    {
        lock (_lock)
        {
            if (!waiter.TrySetCanceled()) return;
            _line.Left();
            // It may have been the one that the others waited for.
            ServeNext();
        }
    }

    // With everybody within the capacity again, the next one may go beyond it.
    private void Ease(long given)
    {
        _used -= given;
        if (_used <= capacity) _beyond = null;
        ServeNext();
    }

    // Under the lock: continuations run elsewhere.
    private void ServeNext()
    {
        while (_line.TryPeek(out BudgetWaiter? next))
        {
            if (!next.Share.IsClosed && !MayTake(next)) return;
            _line.Dequeue();
            if (next.Share.IsClosed)
            {
                next.TrySetCanceled();
                continue;
            }

            Grant(next.Share, next.Bytes);
            next.TrySetResult();
        }
    }

    private bool MayTake(BudgetWaiter next)
    {
        if (_used + next.Bytes <= capacity) return true;
        _beyond ??= next.Share;
        return _beyond == next.Share;
    }

    private void Grant(BudgetShare share, long bytes)
    {
        share.Held += bytes;
        _used += bytes;
    }
}
