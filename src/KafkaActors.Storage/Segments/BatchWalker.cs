using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// Walks the headers of consecutive batches in a range of a file, without reading their records when batches are
/// large. Stops where the range ends or where no batch can begin; <see cref="IsAtEnd"/> tells which.
/// </summary>
internal ref struct BatchWalker
{
    /// <summary>A good size for the buffer: many small batches in one read.</summary>
    public const int BufferSize = 4096;

    private readonly ILogFile _file;
    private readonly long _end;
    private readonly Span<byte> _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private int _previousSize;

    public BatchWalker(ILogFile file, long position, long end, Span<byte> buffer)
    {
        _file = file;
        _end = end;
        _buffer = buffer;
        _bufferStart = Position = position;
    }

    /// <summary>Where <see cref="Current"/> begins, or where the walk stopped.</summary>
    public long Position { get; private set; }

    public BatchHeader Current { get; private set; }

    public readonly bool IsAtEnd => Position == _end;

    public bool MoveNext()
    {
        Position += _previousSize;
        _previousSize = 0;
        if (Position + RecordBatchLayout.HeaderSize > _end) return false;
        if (!BatchHeader.TryRead(HeaderBytes(), out BatchHeader header)) return false;
        if (Position + header.SizeInBytes > _end) return false;
        Current = header;
        _previousSize = header.SizeInBytes;
        return true;
    }

    private ReadOnlySpan<byte> HeaderBytes()
    {
        long within = Position - _bufferStart;
        if (within < 0 || within + RecordBatchLayout.HeaderSize > _bufferLength) Fill();
        return _buffer[(int)(Position - _bufferStart).._bufferLength];
    }

    private void Fill()
    {
        bool large = Current.SizeInBytes >= BufferSize;
        long wanted = Math.Min(large ? RecordBatchLayout.HeaderSize : _buffer.Length, _end - Position);
        _bufferStart = Position;
        _bufferLength = _file.Read(_buffer[..(int)wanted], Position);
    }
}
