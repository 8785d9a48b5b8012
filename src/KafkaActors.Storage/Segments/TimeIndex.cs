using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// The sparse time index of a segment: up to which time the records reach at an offset. Big-endian:
/// <code>
/// position bytes type  name             meaning
///        0     8 int64 timestamp        the greatest so far in the segment, ms since the epoch
///        8     4 int32 relative offset  last offset of the batch that has it, from the segment's base offset
/// </code>
/// Timestamps grow strictly, offsets do not fall. An entry is added with each entry of the offset index and when the
/// segment is sealed, so the last one holds the greatest timestamp of a sealed segment.
/// </summary>
internal sealed class TimeIndex
{
    private readonly PublishedList<TimeIndexEntry> _entries;

    public TimeIndex() => _entries = new PublishedList<TimeIndexEntry>();

    private TimeIndex(TimeIndexEntry[] entries) =>
        _entries = new PublishedList<TimeIndexEntry>(entries, entries.Length);

    public int Count => _entries.Count;

    public int SizeInBytes => Count * TimeIndexEntry.Size;

    public TimeIndexEntry? Last
    {
        get
        {
            ReadOnlySpan<TimeIndexEntry> entries = _entries.Snapshot();
            return entries.IsEmpty ? null : entries[^1];
        }
    }

    /// <summary>Adds an entry when it says something new: a greater timestamp at no earlier offset.</summary>
    public void Append(long timestamp, int relativeOffset)
    {
        if (timestamp < 0) return;
        if (Last is { } last && (timestamp <= last.Timestamp || relativeOffset < last.RelativeOffset)) return;
        _entries.Append(new TimeIndexEntry(timestamp, relativeOffset));
    }

    /// <summary>
    /// The last entry with a timestamp below <paramref name="timestamp"/>: what is sought lies behind it.
    /// </summary>
    public TimeIndexEntry? LastBefore(long timestamp)
    {
        ReadOnlySpan<TimeIndexEntry> entries = _entries.Snapshot();
        int low = 0, high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (entries[middle].Timestamp < timestamp) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : entries[low - 1];
    }

    /// <summary>Drops the entries at or after an offset.</summary>
    public void TruncateTo(long relativeOffset)
    {
        ReadOnlySpan<TimeIndexEntry> entries = _entries.Snapshot();
        int count = entries.Length;
        while (count > 0 && entries[count - 1].RelativeOffset >= relativeOffset) count--;
        _entries.TruncateTo(count);
    }

    /// <summary>Writes the entries from one on and ends the file behind the last; how many the file has then.</summary>
    public int Write(IFileSystem files, string path, int fromEntry)
    {
        ReadOnlySpan<TimeIndexEntry> entries = _entries.Snapshot();
        fromEntry = Math.Min(fromEntry, entries.Length);
        byte[] bytes = new byte[(entries.Length - fromEntry) * TimeIndexEntry.Size];
        for (int i = fromEntry; i < entries.Length; i++)
            entries[i].Format(bytes.AsSpan((i - fromEntry) * TimeIndexEntry.Size));
        using ILogFile file = files.OpenOrCreate(path);
        file.Write(bytes, (long)fromEntry * TimeIndexEntry.Size);
        file.SetLength((long)entries.Length * TimeIndexEntry.Size);
        return entries.Length;
    }

    /// <summary>Null when the file is absent or its entries cannot be a time index.</summary>
    public static TimeIndex? Load(IFileSystem files, string path)
    {
        byte[]? bytes = WholeFile.Read(files, path);
        if (bytes is null || bytes.Length % TimeIndexEntry.Size != 0) return null;
        var entries = new TimeIndexEntry[bytes.Length / TimeIndexEntry.Size];
        var previous = new TimeIndexEntry(-1, -1);
        for (int i = 0; i < entries.Length; i++)
        {
            TimeIndexEntry entry = TimeIndexEntry.Parse(bytes.AsSpan(i * TimeIndexEntry.Size));
            if (entry.Timestamp <= previous.Timestamp || entry.RelativeOffset < previous.RelativeOffset) return null;
            if (entry.RelativeOffset < 0) return null;
            entries[i] = previous = entry;
        }
        return new TimeIndex(entries);
    }
}
