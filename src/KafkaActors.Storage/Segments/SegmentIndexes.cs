using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// The two sparse indexes of one segment and how far their files have followed. One writer, many readers. Index files
/// are open only while they are written, so an idle partition holds no handle for them.
/// </summary>
internal sealed class SegmentIndexes
{
    /// <summary>An active segment's index files follow in runs of so many entries.</summary>
    private const int SaveRun = 1024;

    private readonly SegmentPaths _paths;
    private readonly Lock _saving = new();
    private int _savedOffsets;
    private int _savedTimes;
    private int _bytesSinceLastEntry;
    private long _maxTimestamp = -1;
    private long _offsetOfMaxTimestamp = -1;

    public SegmentIndexes(SegmentPaths paths)
        : this(paths, new OffsetIndex(), new TimeIndex())
    {
    }

    private SegmentIndexes(SegmentPaths paths, OffsetIndex offsets, TimeIndex times)
    {
        _paths = paths;
        Offsets = offsets;
        Times = times;
    }

    public OffsetIndex Offsets { get; }

    public TimeIndex Times { get; }

    /// <summary>The greatest timestamp of the segment, -1 when it has none.</summary>
    public long MaxTimestamp => Volatile.Read(ref _maxTimestamp);

    /// <summary>The last offset of the batch that has the greatest timestamp.</summary>
    public long OffsetOfMaxTimestamp => Volatile.Read(ref _offsetOfMaxTimestamp);

    public int SizeInBytes => Offsets.SizeInBytes + Times.SizeInBytes;

    public static SegmentIndexes? Load(IFileSystem files, SegmentPaths paths, long logBytes)
    {
        OffsetIndex? offsets = OffsetIndex.Load(files, paths.OffsetIndex, logBytes);
        TimeIndex? times = TimeIndex.Load(files, paths.TimeIndex);
        if (offsets is null || times is null) return null;
        var indexes = new SegmentIndexes(paths, offsets, times)
        {
            _savedOffsets = offsets.Count,
            _savedTimes = times.Count,
        };
        if (times.Last is { } last) indexes.Observe(last.Timestamp, paths.BaseOffset + last.RelativeOffset);
        return indexes;
    }

    /// <summary>Takes note of a batch that begins at a position; every so many bytes it gets an entry.</summary>
    public void Add(in BatchHeader batch, long position, int intervalBytes)
    {
        if (batch.MaxTimestamp > _maxTimestamp) Observe(batch.MaxTimestamp, batch.LastOffset);
        if (_bytesSinceLastEntry > intervalBytes)
        {
            Offsets.Append((int)(batch.LastOffset - _paths.BaseOffset), (int)position);
            AddTimeEntry();
            _bytesSinceLastEntry = 0;
        }
        _bytesSinceLastEntry += batch.SizeInBytes;
    }

    public bool IsFull(int maxIndexBytes) =>
        Offsets.SizeInBytes > maxIndexBytes - OffsetIndexEntry.Size
        || Times.SizeInBytes > maxIndexBytes - TimeIndexEntry.Size;

    public void SaveInRuns(IFileSystem files)
    {
        if (Offsets.Count - _savedOffsets >= SaveRun) Save(files);
    }

    /// <summary>Adds the closing time entry; the files are complete after the next save.</summary>
    public void Seal() => AddTimeEntry();

    public void Save(IFileSystem files) => Save(files, _paths);

    /// <summary>Writes the files where they will be moved to their own paths from.</summary>
    public void Save(IFileSystem files, SegmentPaths paths)
    {
        lock (_saving)
        {
            _savedOffsets = Offsets.Write(files, paths.OffsetIndex, _savedOffsets);
            _savedTimes = Times.Write(files, paths.TimeIndex, _savedTimes);
        }
    }

    /// <summary>Brings complete index files to the disk.</summary>
    public static void Flush(IFileSystem files, SegmentPaths paths)
    {
        foreach (string path in new[] { paths.OffsetIndex, paths.TimeIndex })
        {
            using ILogFile file = files.Open(path);
            file.Flush();
        }
    }

    /// <summary>Drops what tells of batches at or after a place; the files are written anew from there.</summary>
    public void TruncateTo(long position, long offset)
    {
        Offsets.TruncateTo(position);
        Times.TruncateTo(offset - _paths.BaseOffset);
        _savedOffsets = Math.Min(_savedOffsets, Offsets.Count);
        _savedTimes = Math.Min(_savedTimes, Times.Count);
        _bytesSinceLastEntry = 0;
    }

    /// <summary>Sets the greatest timestamp, which only a look into the batches can tell after a truncation.</summary>
    public void Observe(long timestamp, long offset)
    {
        Volatile.Write(ref _offsetOfMaxTimestamp, offset);
        Volatile.Write(ref _maxTimestamp, timestamp);
    }

    private void AddTimeEntry()
    {
        if (_maxTimestamp >= 0) Times.Append(_maxTimestamp, (int)(_offsetOfMaxTimestamp - _paths.BaseOffset));
    }
}
