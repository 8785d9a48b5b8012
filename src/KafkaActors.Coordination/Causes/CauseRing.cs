using System.Collections.Immutable;

namespace KafkaActors.Coordination.Causes;

/// <summary>
/// The newest causes, so many and no more: a newer one takes the place of the oldest. Recorded and read from any
/// thread; a reader gets a copy that does not change, and costs a recorder no more than the time of that copy.
/// </summary>
public sealed class CauseRing
{
    public const int DefaultCapacity = 1024;

    private readonly Lock _gate = new();

    // Both guarded by the gate.
    private readonly RecordedCause[] _ring;
    private long _next;

    public CauseRing(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _ring = new RecordedCause[capacity];
    }

    public int Capacity => _ring.Length;

    public void Record(Cause cause, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(cause);
        lock (_gate)
        {
            _ring[_next % _ring.Length] = new RecordedCause(_next, at, cause);
            _next++;
        }
    }

    public void Record(IEnumerable<Cause> causes, DateTimeOffset at)
    {
        foreach (Cause cause in causes) Record(cause, at);
    }

    /// <summary>What it holds now, the oldest first.</summary>
    public ImmutableArray<RecordedCause> Snapshot()
    {
        lock (_gate)
        {
            int count = (int)Math.Min(_next, _ring.Length);
            var copy = ImmutableArray.CreateBuilder<RecordedCause>(count);
            for (long sequence = _next - count; sequence < _next; sequence++)
                copy.Add(_ring[sequence % _ring.Length]);
            return copy.MoveToImmutable();
        }
    }
}
