namespace KafkaActors.Storage.Segments;

/// <summary>
/// A list that one writer appends to while readers look into it without a lock. The count is published after the
/// entry and read before the array, so a reader sees whole entries only.
/// </summary>
internal sealed class PublishedList<T>(T[] initial, int count)
    where T : struct
{
    private const int FirstCapacity = 16;

    private volatile T[] _entries = initial;
    private volatile int _count = count;

    public PublishedList()
        : this([], 0)
    {
    }

    public int Count => _count;

    /// <summary>
    /// What stands in the list now. The writer may cut the list, so the entries can be outdated at once.
    /// </summary>
    public ReadOnlySpan<T> Snapshot()
    {
        int count = _count;
        return _entries.AsSpan(0, count);
    }

    public void Append(T entry)
    {
        int count = _count;
        T[] entries = _entries;
        if (count == entries.Length)
        {
            Array.Resize(ref entries, Math.Max(FirstCapacity, count * 2));
            _entries = entries;
        }
        entries[count] = entry;
        _count = count + 1;
    }

    public void TruncateTo(int count) => _count = Math.Min(_count, count);
}
