using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Restores a log's producer state: the newest valid snapshot that is not beyond the log end, and the headers of the
/// batches behind it, whose producers are taken as seen now: their headers do not say when they were appended.
/// Snapshots beyond the log end are deleted, and those that no segment begins at, but the newest.
/// </summary>
internal sealed class ProducerStateLoader(
    IFileSystem files, string directory, ProducerStateLimits limits, long nowMs)
{
    public ProducerStateTable Load(IReadOnlyList<LogSegment> segments, long logStartOffset, long logEndOffset)
    {
        ProducerStateTable? table = null;
        bool cut = false;
        long from = logStartOffset;
        foreach (long offset in SnapshotOffsets())
        {
            string path = new SegmentPaths(directory, offset).Snapshot;
            bool stray = segments.All(segment => segment.BaseOffset != offset);
            cut |= offset > logEndOffset;
            if (offset > logEndOffset || (stray && table is not null)) files.DeleteFile(path);
            else if (table is null && Read(path) is { } read) (table, from) = (read, offset);
        }
        // One that a crash brought back would know of batches that are gone, and call their retry a duplicate.
        if (cut) files.FlushDirectory(directory);
        table ??= new ProducerStateTable(limits);
        table.Expire(nowMs);
        if (from < logEndOffset)
            HeaderPass.Run(segments, from, (in BatchHeader batch) => table.Update(batch, nowMs));
        return table;
    }

    /// <summary>
    /// The state before a segment, for a caller that reads the segments from there on itself.
    /// </summary>
    public ProducerStateTable LoadBefore(IReadOnlyList<LogSegment> segments, int index, long logStartOffset)
    {
        var none = new ProducerStateTable(limits);
        if (index >= segments.Count) return none;
        long before = segments[index].BaseOffset;
        foreach (long offset in SnapshotOffsets().Where(offset => offset <= before))
        {
            string path = new SegmentPaths(directory, offset).Snapshot;
            if (Read(path) is not { } table) continue;
            table.Expire(nowMs);
            if (offset < before) AddBatches(table, segments.Take(index), offset);
            return table;
        }
        if (index > 0) AddBatches(none, segments.Take(index), logStartOffset);
        return none;
    }

    /// <summary>Takes a state that was made otherwise; the snapshots that <see cref="Load"/> would delete go.</summary>
    public ProducerStateTable Keep(ProducerStateTable table, IReadOnlyList<LogSegment> segments, long logEndOffset)
    {
        bool cut = false;
        foreach (long offset in SnapshotOffsets())
        {
            bool isNeeded = offset <= logEndOffset && segments.Any(segment => segment.BaseOffset == offset);
            if (isNeeded) continue;
            cut |= offset > logEndOffset;
            files.DeleteFile(new SegmentPaths(directory, offset).Snapshot);
        }
        if (cut) files.FlushDirectory(directory);
        return table;
    }

    /// <summary>Deletes all snapshots: the log begins anew.</summary>
    public void Forget()
    {
        foreach (long offset in SnapshotOffsets()) files.DeleteFile(new SegmentPaths(directory, offset).Snapshot);
    }

    private ProducerStateTable? Read(string path) => ProducerSnapshotFile.Read(files, path, limits, nowMs);

    private void AddBatches(ProducerStateTable table, IEnumerable<LogSegment> segments, long fromOffset) =>
        HeaderPass.Run([.. segments], fromOffset, (in BatchHeader batch) => table.Update(batch, nowMs));

    private IEnumerable<long> SnapshotOffsets()
    {
        var offsets = new List<long>();
        foreach (string name in files.FileNames(directory))
        {
            if (LogFileNames.TryParseOffset(name, LogFileNames.Snapshot, out long offset)) offsets.Add(offset);
        }
        return offsets.OrderDescending();
    }
}
