using System.Buffers;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// The one segment that a group of segments becomes, while it is written: files with the suffix <c>.cleaned</c>, which
/// no start takes for part of the log. Owned by one cleaning, which hands it to a <see cref="SegmentSwap"/> or discards
/// it.
/// </summary>
internal sealed class CleanedSegment : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly IFileSystem _files;
    private readonly int _indexIntervalBytes;
    private readonly ILogFile _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _buffered;
    private long _written;
    private bool _isHandedOver;

    public CleanedSegment(IFileSystem files, SegmentPaths target, int indexIntervalBytes)
    {
        _files = files;
        _indexIntervalBytes = indexIntervalBytes;
        Target = target;
        Paths = target.With(LogFileNames.Cleaned);
        Indexes = new SegmentIndexes(target);
        _file = files.OpenOrCreate(Paths.Log);
        _file.SetLength(0);
    }

    /// <summary>Where the segment will be.</summary>
    public SegmentPaths Target { get; }

    /// <summary>Where it is written.</summary>
    public SegmentPaths Paths { get; }

    public SegmentIndexes Indexes { get; }

    public long Size => _written + _buffered;

    /// <summary>Adds a whole batch behind the others.</summary>
    /// <exception cref="IOException">The disk fails, or an index cannot tell so large a position.</exception>
    public void Append(ReadOnlySpan<byte> batch)
    {
        if (!BatchHeader.TryRead(batch, out BatchHeader header)) throw SegmentScan.NoBatch(Size);
        if (Size + batch.Length > int.MaxValue)
            throw new IOException($"{Paths.Log} would grow past what an index can point at");
        Indexes.Add(header, Size, _indexIntervalBytes);
        if (batch.Length > _buffer.Length - _buffered) WriteBuffered();
        if (batch.Length > _buffer.Length) Write(batch);
        else
        {
            batch.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += batch.Length;
        }
    }

    /// <summary>Brings everything to the disk but the directory's entries.</summary>
    public void Complete()
    {
        WriteBuffered();
        _file.Flush();
        Indexes.Seal();
        Indexes.Save(_files, Paths);
        SegmentIndexes.Flush(_files, Paths);
    }

    /// <summary>Makes it a segment of the log, which owns the file from here on.</summary>
    public LogSegment HandOver(LogServices services)
    {
        _isHandedOver = true;
        return LogSegment.Arriving(_files, Target, services, Size, _file, Indexes);
    }

    /// <summary>Ends the writing; what was not handed over is removed.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        if (_isHandedOver) return;
        _file.Dispose();
        try
        {
            foreach (string path in Paths.OfSegment) _files.DeleteFile(path);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // The next cleaning of these segments, or the next start, removes it.
        }
    }

    private void WriteBuffered()
    {
        if (_buffered == 0) return;
        int buffered = _buffered;
        _buffered = 0;
        Write(_buffer.AsSpan(0, buffered));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes, _written);
        _written += bytes.Length;
    }
}
