namespace KafkaActors.Storage.Segments;

/// <summary>
/// Which byte ranges of a segment were found good since it was opened. Ranges are merged where they touch.
/// </summary>
internal sealed class VerifiedRanges
{
    /// <summary>More are not remembered; what is forgotten is verified again.</summary>
    private const int MaxRanges = 64;

    private readonly Lock _gate = new();
    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>
    /// The first position in the range that is not known to be good; the range's end when all of it is.
    /// </summary>
    public long FirstUnverified(long from, long to)
    {
        lock (_gate)
        {
            foreach ((long known, long end) in _ranges)
            {
                if (known > from) break;
                if (end > from) return Math.Min(end, to);
            }
            return from;
        }
    }

    public void Add(long from, long to)
    {
        if (from >= to) return;
        lock (_gate)
        {
            int at = _ranges.FindIndex(range => range.To >= from);
            if (at < 0) at = _ranges.Count;
            while (at < _ranges.Count && _ranges[at].From <= to)
            {
                from = Math.Min(from, _ranges[at].From);
                to = Math.Max(to, _ranges[at].To);
                _ranges.RemoveAt(at);
            }
            _ranges.Insert(at, (from, to));
            if (_ranges.Count > MaxRanges) _ranges.RemoveAt(at == 0 ? _ranges.Count - 1 : 0);
        }
    }

    /// <summary>Forgets everything at or after a position: it will be written anew.</summary>
    public void TruncateTo(long position)
    {
        lock (_gate)
        {
            _ranges.RemoveAll(range => range.From >= position);
            if (_ranges.Count > 0 && _ranges[^1].To > position) _ranges[^1] = (_ranges[^1].From, position);
        }
    }
}
