namespace KafkaActors.Storage.Segments;

/// <summary>
/// Bounds the memory that the indexes of sealed segments take in a data directory: past it, those loaded longest ago
/// are forgotten and read again when needed. Active segments' indexes are beyond its reach.
/// </summary>
internal sealed class IndexBudget(long capacityBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<(LogSegment Segment, int Bytes)> _loaded = new();
    private long _bytes;

    public void Loaded(LogSegment segment, int bytes)
    {
        lock (_gate)
        {
            _loaded.Enqueue((segment, bytes));
            _bytes += bytes;
        }
        // Outside the lock: a segment that is loading its indexes holds its own.
        while (TakeExcess() is { } oldest) oldest.ForgetIndexes();
    }

    private LogSegment? TakeExcess()
    {
        lock (_gate)
        {
            if (_bytes <= capacityBytes || _loaded.Count <= 1) return null;
            (LogSegment oldest, int freed) = _loaded.Dequeue();
            _bytes -= freed;
            return oldest;
        }
    }
}
