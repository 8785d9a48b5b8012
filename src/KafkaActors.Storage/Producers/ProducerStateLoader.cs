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

    /// <summary>Deletes all snapshots: the log begins anew.</summary>
    public void Forget()
    {
        foreach (long offset in SnapshotOffsets()) files.DeleteFile(new SegmentPaths(directory, offset).Snapshot);
    }

    private ProducerStateTable? Read(string path) => ProducerSnapshotFile.Read(files, path, limits, nowMs);

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
