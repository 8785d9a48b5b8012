using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// One <c>.log</c> file with its indexes: batches back to back, the first at <see cref="BaseOffset"/> or later. The
/// last segment of a log is active and grows under the log's lock; the others are sealed and change no more. Readers
/// look at it at any time within the size that their view of the log names.
/// </summary>
internal sealed class LogSegment
{
    private readonly IFileSystem _files;
    private readonly Lock _indexGate = new();
    private volatile SegmentIndexes? _indexes;
    private ILogFile? _writable;
    private long _size;

    public LogSegment(IFileSystem files, SegmentPaths paths, OpenFileBudget budget, long size)
    {
        _files = files;
        Paths = paths;
        File = new SegmentFile(files, paths.Log, budget);
        _size = size;
    }

    public SegmentPaths Paths { get; }

    public SegmentFile File { get; }

    public long BaseOffset => Paths.BaseOffset;

    public long Size => Volatile.Read(ref _size);

    public VerifiedRanges Verified { get; } = new();

    /// <summary>From here on this process wrote the bytes itself, checked; they need no verification while active.</summary>
    public long WrittenHereFrom { get; private set; } = long.MaxValue;

    /// <summary>The greatest timestamp of the first batch; -1 while it is not known.</summary>
    public long FirstTimestamp { get; set; } = -1;

    public bool IsWritable => _writable is not null;

    /// <summary>The indexes in memory, null while nobody needed them.</summary>
    public SegmentIndexes? LoadedIndexes => _indexes;

    public static LogSegment Create(IFileSystem files, SegmentPaths paths, OpenFileBudget budget)
    {
        using (ILogFile file = files.OpenOrCreate(paths.Log)) file.SetLength(0);
        files.DeleteFile(paths.OffsetIndex);
        files.DeleteFile(paths.TimeIndex);
        var segment = new LogSegment(files, paths, budget, size: 0) { _indexes = new SegmentIndexes(paths) };
        segment.BecomeActive();
        return segment;
    }

    /// <summary>Keeps the file open for appending; the indexes must be in memory or on disk.</summary>
    public void BecomeActive()
    {
        if (_writable is not null) return;
        Indexes();
        _writable = File.Acquire() ?? throw new InvalidOperationException($"{Paths.Log} is deleted");
        WrittenHereFrom = Size;
    }

    /// <summary>Ends appending. The bytes count as unverified from here on: a sealed segment is checked once.</summary>
    public void Seal(bool durable)
    {
        Indexes().Seal();
        Indexes().Save(_files, durable);
        EndWriting();
    }

    /// <summary>Gives up the writer's use of the file, without touching the disk.</summary>
    public void EndWriting()
    {
        WrittenHereFrom = long.MaxValue;
        if (_writable is null) return;
        _writable = null;
        File.Release();
    }

    /// <summary>Writes a batch at the end. When it throws, the segment is as before and must not be written again.</summary>
    public void Append(ReadOnlySpan<byte> bytes, in BatchHeader batch, int indexIntervalBytes)
    {
        ILogFile file = _writable ?? throw new InvalidOperationException($"{Paths.Log} is sealed");
        long position = _size;
        file.Write(bytes, position);
        SegmentIndexes indexes = _indexes!;
        indexes.Add(batch, position, indexIntervalBytes);
        indexes.SaveInRuns(_files);
        if (position == 0) FirstTimestamp = batch.MaxTimestamp;
        Volatile.Write(ref _size, position + bytes.Length);
    }

    /// <summary>The indexes, from the file or, when that is missing or broken, from the batches.</summary>
    public SegmentIndexes Indexes()
    {
        if (_indexes is { } loaded) return loaded;
        lock (_indexGate)
        {
            if (_indexes is { } other) return other;
            return _indexes = SegmentIndexes.Load(_files, Paths, Size) ?? Rebuild();
        }
    }

    /// <summary>Writes the indexes anew because one of them led to a place where no batch begins.</summary>
    public SegmentIndexes RebuildIndexes(SegmentIndexes suspect)
    {
        lock (_indexGate)
        {
            if (_indexes is { } current && !ReferenceEquals(current, suspect)) return current;
            return _indexes = Rebuild();
        }
    }

    /// <summary>Puts indexes in place that recovery made from the batches.</summary>
    public void AdoptIndexes(SegmentIndexes indexes) => _indexes = indexes;

    /// <summary>Forgets the indexes of a sealed segment; they are complete on the disk.</summary>
    public void ForgetIndexes()
    {
        lock (_indexGate)
        {
            if (_writable is null) _indexes = null;
        }
    }

    /// <summary>Writes out what of the log and its indexes is not on the disk yet.</summary>
    public void Flush(bool withIndexes)
    {
        ILogFile? file = File.Acquire();
        if (file is null) return;
        try
        {
            file.Flush();
        }
        finally
        {
            File.Release();
        }
        if (withIndexes) _indexes?.Save(_files, durable: true);
    }

    public void SaveIndexes(bool durable) => _indexes?.Save(_files, durable);

    /// <summary>Cuts the file. The caller holds the log's lock and has withdrawn the bytes from readers.</summary>
    public void TruncateTo(long position, long offset)
    {
        SegmentIndexes indexes = Indexes();
        ILogFile file = File.Acquire() ?? throw new InvalidOperationException($"{Paths.Log} is deleted");
        try
        {
            file.SetLength(position);
            Volatile.Write(ref _size, position);
            Verified.TruncateTo(position);
            if (WrittenHereFrom > position && IsWritable) WrittenHereFrom = position;
            indexes.TruncateTo(position, offset);
            SegmentScan.ObserveMaxTimestamp(file, indexes, BaseOffset, position);
            indexes.Save(_files, durable: false);
            if (position == 0) FirstTimestamp = -1;
        }
        finally
        {
            File.Release();
        }
    }

    private SegmentIndexes Rebuild()
    {
        ILogFile file = File.Acquire() ?? throw new InvalidOperationException($"{Paths.Log} is deleted");
        try
        {
            SegmentIndexes indexes = SegmentScan.BuildIndexes(file, Paths, Size, LogConfig.Default.IndexIntervalBytes);
            indexes.Seal();
            indexes.Save(_files, durable: false);
            return indexes;
        }
        finally
        {
            File.Release();
        }
    }
}
