using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// The sparse offset index of a segment: where, not later than, the batch with an offset begins. Big-endian:
/// <code>
/// position bytes type  name             meaning
///        0     4 int32 relative offset  last offset of a batch, from the segment's base offset
///        4     4 int32 position         where this batch begins in the .log file
/// </code>
/// Both columns grow strictly from entry to entry. The entries live in memory; the file follows in appended runs, is
/// exactly as long as its entries, and is complete when the segment is sealed, flushed or closed. It is never trusted:
/// a batch found through it is checked, and <see cref="LogSegment"/> writes it anew when it lied.
/// </summary>
internal sealed class OffsetIndex
{
    private readonly PublishedList<OffsetIndexEntry> _entries;

    public OffsetIndex() => _entries = new PublishedList<OffsetIndexEntry>();

    private OffsetIndex(OffsetIndexEntry[] entries) =>
        _entries = new PublishedList<OffsetIndexEntry>(entries, entries.Length);

    public int Count => _entries.Count;

    public int SizeInBytes => Count * OffsetIndexEntry.Size;

    public void Append(int relativeOffset, int position) =>
        _entries.Append(new OffsetIndexEntry(relativeOffset, position));

    /// <summary>
    /// The last entry at or before <paramref name="relativeOffset"/>; the segment's begin when there is none.
    /// </summary>
    public OffsetIndexEntry? FloorByOffset(long relativeOffset)
    {
        ReadOnlySpan<OffsetIndexEntry> entries = _entries.Snapshot();
        int low = 0, high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (entries[middle].RelativeOffset <= relativeOffset) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : entries[low - 1];
    }

    /// <summary>The last entry at or before <paramref name="position"/>.</summary>
    public OffsetIndexEntry? FloorByPosition(long position)
    {
        ReadOnlySpan<OffsetIndexEntry> entries = _entries.Snapshot();
        int low = 0, high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (entries[middle].Position <= position) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : entries[low - 1];
    }

    /// <summary>Drops the entries of batches that begin at or after <paramref name="position"/>.</summary>
    public void TruncateTo(long position)
    {
        ReadOnlySpan<OffsetIndexEntry> entries = _entries.Snapshot();
        int count = entries.Length;
        while (count > 0 && entries[count - 1].Position >= position) count--;
        _entries.TruncateTo(count);
    }

    /// <summary>Writes the entries from one on and ends the file behind the last; how many the file has then.</summary>
    public int Write(IFileSystem files, string path, int fromEntry)
    {
        ReadOnlySpan<OffsetIndexEntry> entries = _entries.Snapshot();
        fromEntry = Math.Min(fromEntry, entries.Length);
        byte[] bytes = new byte[(entries.Length - fromEntry) * OffsetIndexEntry.Size];
        for (int i = fromEntry; i < entries.Length; i++)
            entries[i].Format(bytes.AsSpan((i - fromEntry) * OffsetIndexEntry.Size));
        using ILogFile file = files.OpenOrCreate(path);
        file.Write(bytes, (long)fromEntry * OffsetIndexEntry.Size);
        file.SetLength((long)entries.Length * OffsetIndexEntry.Size);
        return entries.Length;
    }

    /// <summary>
    /// Null when the file is absent or cannot be the index of a segment with <paramref name="logBytes"/>.
    /// </summary>
    public static OffsetIndex? Load(IFileSystem files, string path, long logBytes)
    {
        byte[]? bytes = WholeFile.Read(files, path);
        if (bytes is null || bytes.Length % OffsetIndexEntry.Size != 0) return null;
        var entries = new OffsetIndexEntry[bytes.Length / OffsetIndexEntry.Size];
        var previous = new OffsetIndexEntry(-1, -1);
        for (int i = 0; i < entries.Length; i++)
        {
            OffsetIndexEntry entry = OffsetIndexEntry.Parse(bytes.AsSpan(i * OffsetIndexEntry.Size));
            bool grows = entry.RelativeOffset > previous.RelativeOffset && entry.Position > previous.Position;
            if (!grows || entry.Position >= logBytes) return null;
            entries[i] = previous = entry;
        }
        return new OffsetIndex(entries);
    }
}
