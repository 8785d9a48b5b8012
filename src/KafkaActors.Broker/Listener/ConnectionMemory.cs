using System.Net;
using KafkaActors.Broker.Budgets;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// What the requests of one connection hold. A few bytes are the connection's own and come out of no budget: a client
/// that asks one small thing at a time is served whatever others hold. The read loop covers the request that is being
/// received, step by step; what it is charged leaves with the request when that is whole. Giving back: any thread.
/// </summary>
internal sealed class ConnectionMemory(RequestMemory memory, IPAddress client)
{
    /// <summary>Together with <c>max.connections</c> a budget of its own, which is always paid.</summary>
    public const int OwnBytes = 16 * 1024;

    private int _own;
    private int _covered;
    private int _coveredByOwn;
    private volatile BudgetShare? _share;

    /// <summary>How much of <see cref="OwnBytes"/> is in use.</summary>
    public int OwnUsed => Volatile.Read(ref _own);

    /// <summary>Whether somebody waits for what the request that is being received holds.</summary>
    public bool IsWantedByOthers => _share is { Budget.IsShort: true };

    /// <summary>Covers the request that is being received up to so many bytes; false when it has to wait.</summary>
    public bool TryCover(FrameStart request, int bytes)
    {
        if (bytes <= _covered) return true;
        if (_share is null && TryOwn(bytes))
        {
            _covered = _coveredByOwn = bytes;
            return true;
        }

        BudgetShare share = _share ??= memory.Open(request, client);
        if (!share.TryTake(RequestMemory.CostOf(request, bytes - _covered))) return false;
        _covered = bytes;
        return true;
    }

    /// <summary>Completes when it is covered.</summary>
    public async Task CoverAsync(FrameStart request, int bytes, CancellationToken cancellation)
    {
        BudgetShare share = _share ??= memory.Open(request, client);
        long cost = RequestMemory.CostOf(request, bytes - _covered);
        await share.TakeAsync(cost, cancellation).ConfigureAwait(false);
        _covered = bytes;
    }

    /// <summary>The request is whole: what it was charged is its own now.</summary>
    public RequestCharge Detach()
    {
        var charge = new RequestCharge(_coveredByOwn, _share);
        _share = null;
        _covered = _coveredByOwn = 0;
        return charge;
    }

    public void GiveBack(RequestCharge charge)
    {
        if (charge.OwnBytes > 0) Interlocked.Add(ref _own, -charge.OwnBytes);
        charge.Share?.Dispose();
    }

    /// <summary>Nothing is received any more.</summary>
    public void Release() => _share?.Dispose();

    private bool TryOwn(int bytes)
    {
        if (Interlocked.Add(ref _own, bytes) <= OwnBytes) return true;
        Interlocked.Add(ref _own, -bytes);
        return false;
    }
}
