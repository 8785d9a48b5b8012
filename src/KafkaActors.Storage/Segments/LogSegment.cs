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
    private readonly IndexBudget _indexBudget;
    private readonly Lock _indexGate = new();
    private volatile SegmentIndexes? _indexes;
    private ILogFile? _writable;
    private long _size;
    private bool _isReserved;
    private long _writtenHereFrom = long.MaxValue;
    private long _sealedMaxTimestamp = -1;

    public LogSegment(IFileSystem files, SegmentPaths paths, LogServices services, long size)
        : this(files, paths, services, size, new SegmentFile(files, paths.Log, services.OpenFiles))
    {
    }

    private LogSegment(IFileSystem files, SegmentPaths paths, LogServices services, long size, SegmentFile file)
    {
        _files = files;
        _indexBudget = services.Indexes;
        Paths = paths;
        File = file;
        _size = size;
    }

    public SegmentPaths Paths { get; }

    public SegmentFile File { get; }

    public long BaseOffset => Paths.BaseOffset;

    public long Size => Volatile.Read(ref _size);

    public VerifiedRanges Verified { get; } = new();

    public RottenRanges Rot { get; } = new();

    /// <summary>
    /// From here on this process wrote the bytes itself, checked; they need no verification while active.
    /// </summary>
    public long WrittenHereFrom => Volatile.Read(ref _writtenHereFrom);

    /// <summary>The greatest timestamp of the first batch; -1 while there is none. Of an active segment only.</summary>
    public long FirstTimestamp { get; private set; } = -1;

    /// <summary>The same of any segment, from the disk if need be.</summary>
    public long ReadFirstTimestamp()
    {
        using SegmentUse use = Use();
        LoadFirstTimestamp(use.File);
        return FirstTimestamp;
    }

    public bool IsWritable => _writable is not null;

    /// <param name="reservedBytes">The space to ask for at once; 0 for none.</param>
    public static LogSegment Create(
        IFileSystem files, SegmentPaths paths, LogServices services, long reservedBytes = 0)
    {
        using (ILogFile file = files.OpenOrCreate(paths.Log))
        {
            file.SetLength(0);
            if (reservedBytes > 0) file.Reserve(reservedBytes);
        }

        files.DeleteFile(paths.OffsetIndex);
        files.DeleteFile(paths.TimeIndex);
        var segment = new LogSegment(files, paths, services, size: 0)
        {
            _indexes = new SegmentIndexes(paths),
            _isReserved = reservedBytes > 0,
        };
        segment.BecomeActive();
        return segment;
    }

    /// <summary>
    /// A sealed segment whose file is open and whose files are about to be moved to its paths; until
    /// <see cref="Settle"/> neither is closed or read again.
    /// </summary>
    public static LogSegment Arriving(
        IFileSystem files,
        SegmentPaths paths,
        LogServices services,
        long size,
        ILogFile file,
        SegmentIndexes indexes) =>
        new(files, paths, services, size, new SegmentFile(files, paths.Log, services.OpenFiles, file))
        {
            _indexes = indexes,
        };

    /// <summary>The files of an arriving segment are in place: from here on it is like any other.</summary>
    public void Settle()
    {
        int indexBytes = _indexes?.SizeInBytes ?? 0;
        File.Settle();
        _indexBudget.Loaded(this, indexBytes);
    }

    /// <summary>The file until the use is disposed; the segment must not be deleted.</summary>
    public SegmentUse Use() =>
        new(File, File.Acquire() ?? throw new InvalidOperationException($"{Paths.Log} is deleted"));

    /// <summary>Keeps the file open and the indexes in memory, for appending.</summary>
    public void BecomeActive()
    {
        if (_writable is not null) return;
        ILogFile file = Use().File;
        // First of all: from here on the budget does not take the indexes away.
        lock (_indexGate) _writable = file;
        try
        {
            Indexes();
            LoadFirstTimestamp(file);
        }
        catch
        {
            EndWriting();
            throw;
        }
        Volatile.Write(ref _writtenHereFrom, Size);
    }

    /// <summary>
    /// Ends appending; the indexes are complete. The bytes count as unverified from here on: a sealed segment is
    /// checked once.
    /// </summary>
    public void Seal()
    {
        int indexBytes = _indexes?.SizeInBytes ?? 0;
        // What was reserved and is not needed goes back.
        if (_isReserved) _writable?.SetLength(_size);
        EndWriting();
        _indexBudget.Loaded(this, indexBytes);
    }

    /// <summary>Gives up the writer's use of the file, without touching the disk.</summary>
    public void EndWriting()
    {
        Volatile.Write(ref _writtenHereFrom, long.MaxValue);
        if (_writable is null) return;
        _writable = null;
        File.Release();
    }

    /// <summary>
    /// Writes a batch at the end. When it throws, the segment is as before and must not be written again.
    /// </summary>
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

    /// <summary>The indexes, from the files or, when those are missing or broken, from the batches.</summary>
    public SegmentIndexes Indexes()
    {
        if (_indexes is { } present) return present;
        SegmentIndexes loaded;
        lock (_indexGate)
        {
            if (_indexes is { } other) return other;
            _indexes = loaded = Load() ?? Rebuild();
        }
        return Count(loaded);
    }

    /// <summary>
    /// Makes the indexes anew because they led to a place where no such batch begins. Of an active segment only under
    /// the log's lock.
    /// </summary>
    public SegmentIndexes RebuildIndexes(SegmentIndexes suspect)
    {
        SegmentIndexes rebuilt;
        lock (_indexGate)
        {
            if (_indexes is { } current && !ReferenceEquals(current, suspect)) return current;
            _indexes = rebuilt = Rebuild();
        }
        return Count(rebuilt);
    }

    /// <summary>Puts indexes in place that recovery made from the batches.</summary>
    public void AdoptIndexes(SegmentIndexes indexes) => _indexes = indexes;

    /// <summary>Frees the memory of a sealed segment's indexes, which are complete on the disk.</summary>
    public void ForgetIndexes()
    {
        lock (_indexGate)
        {
            if (_writable is not null || _indexes is not { } indexes) return;
            _sealedMaxTimestamp = indexes.MaxTimestamp;
            _indexes = null;
        }
    }

    /// <summary>Whether the greatest timestamp can be told without reading from the disk.</summary>
    public bool KnowsTimestamp => _indexes is not null || _sealedMaxTimestamp >= 0;

    /// <summary>The time by which a segment ages: its greatest timestamp, without one the file's own.</summary>
    public long RetentionTimestamp()
    {
        long timestamp = _indexes?.MaxTimestamp ?? _sealedMaxTimestamp;
        if (timestamp < 0) timestamp = Indexes().MaxTimestamp;
        return timestamp >= 0 ? timestamp : _files.LastWritten(Paths.Log).ToUnixTimeMilliseconds();
    }

    /// <summary>
    /// Brings the log file, and with it the indexes, to the disk; nothing when it was deleted meanwhile.
    /// </summary>
    public void Flush(bool withIndexes)
    {
        if (File.Acquire() is not { } file) return;
        try
        {
            file.Flush();
            if (withIndexes) SegmentIndexes.Flush(_files, Paths);
        }
        catch (FileNotFoundException) when (File.IsRetired)
        {
            // The index files were renamed away: nobody needs them on the disk any more.
        }
        finally
        {
            File.Release();
        }
    }

    /// <summary>Makes the index files complete, as a reopened log expects them.</summary>
    public void CompleteIndexes()
    {
        SegmentIndexes indexes = Indexes();
        indexes.Seal();
        indexes.Save(_files);
    }

    /// <summary>Cuts the file. The caller holds the log's lock and has withdrawn the bytes from readers.</summary>
    public void TruncateTo(long position, long offset)
    {
        SegmentIndexes indexes = Indexes();
        using SegmentUse use = Use();
        use.File.SetLength(position);
        Volatile.Write(ref _size, position);
        Verified.TruncateTo(position);
        Rot.TruncateTo(position);
        if (IsWritable && _writtenHereFrom > position) Volatile.Write(ref _writtenHereFrom, position);
        indexes.TruncateTo(position, offset);
        SegmentScan.ObserveMaxTimestamp(use.File, indexes, BaseOffset, position);
        indexes.Save(_files);
        if (position == 0) FirstTimestamp = -1;
    }

    /// <summary>Not under the gate: the budget goes through the gates of other segments.</summary>
    private SegmentIndexes Count(SegmentIndexes indexes)
    {
        if (_writable is null) _indexBudget.Loaded(this, indexes.SizeInBytes);
        return indexes;
    }

    private SegmentIndexes? Load()
    {
        if (SegmentIndexes.Load(_files, Paths, Size) is not { } indexes) return null;
        // Beside rot there is no telling; they were made anew when it was found.
        if (!Rot.IsEmpty) return indexes;
        using SegmentUse use = Use();
        try
        {
            return SegmentScan.Fits(use.File, indexes, BaseOffset, Size) ? indexes : null;
        }
        catch (CorruptLogException)
        {
            return null;
        }
    }

    private SegmentIndexes Rebuild()
    {
        using SegmentUse use = Use();
        SegmentIndexes indexes = SegmentScan.BuildIndexes(
            use.File, Paths, Size, LogConfig.Default.IndexIntervalBytes, Rot);
        indexes.Seal();
        if (!File.IsRetired) indexes.Save(_files);
        return indexes;
    }

    private void LoadFirstTimestamp(ILogFile file)
    {
        if (Size == 0 || FirstTimestamp >= 0) return;
        var walker = new BatchWalker(file, 0, Size, stackalloc byte[BatchWalker.BufferSize]);
        if (walker.MoveNext()) FirstTimestamp = walker.Current.MaxTimestamp;
    }
}
