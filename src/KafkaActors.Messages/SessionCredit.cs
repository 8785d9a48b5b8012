namespace KafkaActors.Messages;

/// <summary>
/// The windows of one session, as both its sides count them: requests with records, requests without, and what fetches
/// ask for. So a heartbeat does not wait for batches to be stored, nor a batch for a fetch to find records. Not
/// thread-safe.
/// </summary>
public sealed class SessionCredit(int maxRequests)
{
    // Fetches are requests without records as well, and wait long: they must leave room for the others.
    private readonly CreditWindow _others = new(2 * maxRequests);
    private readonly CreditWindow _records = new(maxRequests);
    private readonly CreditWindow _fetches = new(maxRequests);

    /// <summary>What fetches under way leave of their window.</summary>
    public int FreeFetchBytes => _fetches.FreeBytes;

    public void Open(int requestBytes, int fetchBytes)
    {
        _records.Bytes = _others.Bytes = requestBytes;
        _fetches.Bytes = fetchBytes;
    }

    /// <summary>
    /// Whether a request can ever have its credit: one without records fits into its window, because each of its bytes
    /// may become many; one with records may be as large as its topic allows, and then goes alone.
    /// </summary>
    public bool IsPossible(in RequestCredit request) => request.HasRecords || request.Bytes <= _others.Bytes;

    public bool TryTake(in RequestCredit request)
    {
        CreditWindow window = WindowOf(request);
        if (!window.Fits(request.Bytes)) return false;
        if (request.FetchBytes is { } bytes && !_fetches.TryTake(bytes)) return false;
        return window.TryTake(request.Bytes);
    }

    public void Return(in RequestCredit request)
    {
        WindowOf(request).Return(request.Bytes);
        if (request.FetchBytes is { } bytes) _fetches.Return(bytes);
    }

    public void Reset()
    {
        _records.Reset();
        _others.Reset();
        _fetches.Reset();
    }

    private CreditWindow WindowOf(in RequestCredit request) => request.HasRecords ? _records : _others;
}
