namespace KafkaActors.Storage.Segments;

/// <summary>
/// The rotten ranges of one segment that are known, in order. Readers are refused what lies in one, stop before one and
/// begin behind one. Read without a lock; most segments have none.
/// </summary>
internal sealed class RottenRanges
{
    private readonly Lock _gate = new();
    private volatile RottenRange[] _ranges = [];

    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>The range that an offset is lost in.</summary>
    public RottenRange? At(long offset) =>
        IsEmpty ? null : Array.Find(_ranges, range => range.FirstOffset <= offset && offset < range.EndOffset);

    /// <summary>The first range behind a place.</summary>
    public RottenRange? After(long position) =>
        IsEmpty ? null : Array.Find(_ranges, range => range.Position > position);

    /// <summary>Where a walk to an offset may begin: behind the last range before it; 0 when there is none.</summary>
    public long WalkFrom(long offset) =>
        IsEmpty ? 0 : Array.FindLast(_ranges, range => range.EndOffset <= offset)?.End ?? 0;

    /// <summary>The spans of a file between the ranges, from a place on.</summary>
    public IReadOnlyList<(long From, long End)> GoodSpans(long from, long end)
    {
        if (IsEmpty) return [(from, end)];
        var spans = new List<(long, long)>();
        foreach (RottenRange range in _ranges)
        {
            if (range.Position > from) spans.Add((from, Math.Min(range.Position, end)));
            from = Math.Max(from, range.End);
        }
        if (from < end) spans.Add((from, end));
        return spans;
    }

    /// <summary>False when it is known already.</summary>
    public bool Add(RottenRange range)
    {
        lock (_gate)
        {
            bool isKnown = _ranges.Any(known =>
                known.FirstOffset <= range.FirstOffset && range.EndOffset <= known.EndOffset);
            if (isKnown) return false;
            IEnumerable<RottenRange> others = _ranges.Where(known =>
                known.EndOffset <= range.FirstOffset || known.FirstOffset >= range.EndOffset);
            _ranges = [.. others.Append(range).OrderBy(known => known.FirstOffset)];
            return true;
        }
    }

    /// <summary>Forgets what lies behind a place where the segment was cut.</summary>
    public void TruncateTo(long position)
    {
        lock (_gate) _ranges = [.. _ranges.Where(range => range.Position < position)];
    }
}
