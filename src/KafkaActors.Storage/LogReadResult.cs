using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Whole batches of one segment, or why there are none. Keeps the segment's file from being closed until it is
/// disposed; deleting the segment meanwhile does not disturb it. Owned by the caller of the read.
/// </summary>
public sealed class LogReadResult : IDisposable
{
    private readonly long _position;
    private LogSegment? _segment;
    private Files.ILogFile? _file;

    private LogReadResult(ErrorCode error, LogView view, long nextOffset)
    {
        Error = error;
        View = view;
        FirstOffset = NextOffset = nextOffset;
    }

    private LogReadResult(LogView view, LogSegment segment, Files.ILogFile file, LogRange range, bool isCold)
        : this(ErrorCode.None, view, range.NextOffset)
    {
        IsCold = isCold;
        _segment = segment;
        _file = file;
        _position = range.Position;
        Length = (int)(range.End - range.Position);
        FirstOffset = range.FirstOffset;
    }

    /// <summary>None, OffsetOutOfRange or KafkaStorageError.</summary>
    public ErrorCode Error { get; }

    /// <summary>The view that was read from.</summary>
    public LogView View { get; }

    /// <summary>Bytes that were found; 0 when there is nothing to read at the offset yet.</summary>
    public int Length { get; }

    public bool IsEmpty => Length == 0;

    /// <summary>Whether copying may wait for the disk; see <see cref="PartitionLog.IsCold"/>.</summary>
    public bool IsCold { get; }

    /// <summary>The base offset of the first batch, which may be below the offset that was asked for.</summary>
    public long FirstOffset { get; }

    /// <summary>Where to read on: the offset after the last batch.</summary>
    public long NextOffset { get; }

    /// <summary>Whether the record at an offset of its view lies in a later segment.</summary>
    public bool IsBehindSegmentOf(long offset) =>
        Volatile.Read(ref _segment) is { } segment
        && View.FloorSegment(offset) is var later && later >= 0
        && View.Segments[later].BaseOffset > segment.BaseOffset;

    /// <summary>The range as the operating system knows it, valid until this is disposed.</summary>
    public LogSlice Slice => new(Owned().Handle, _position, Length);

    /// <summary>
    /// Copies all bytes. A <see cref="CorruptLogException"/> when the file holds fewer, which happens only to bytes
    /// beyond the high watermark that were truncated meanwhile.
    /// </summary>
    public void CopyTo(Span<byte> destination) => CopyTo(0, destination[..Length]);

    /// <summary>Copies a part, from <paramref name="offsetInBytes"/> within the range on.</summary>
    public void CopyTo(int offsetInBytes, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Length - offsetInBytes);
        if (destination.IsEmpty) return;
        int read = Owned().Read(destination, _position + offsetInBytes);
        if (read < destination.Length) throw new CorruptLogException("the range was truncated while it was read");
    }

    public void Dispose()
    {
        LogSegment? segment = Interlocked.Exchange(ref _segment, null);
        _file = null;
        segment?.File.Release();
    }

    internal static LogReadResult Failed(ErrorCode error, LogView view, long offset) => new(error, view, offset);

    internal static LogReadResult Empty(LogView view, long offset) => new(ErrorCode.None, view, offset);

    internal static LogReadResult Found(
        LogView view, LogSegment segment, Files.ILogFile file, LogRange range, bool isCold) =>
        new(view, segment, file, range, isCold);

    private Files.ILogFile Owned() => _file ?? throw new ObjectDisposedException(nameof(LogReadResult));
}
