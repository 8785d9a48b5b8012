using System.Buffers;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// Reads the consecutive batches of a range of a file whole, in large positional reads. A batch is valid until the
/// next <see cref="TryReadNext"/>. Owns a pooled buffer.
/// </summary>
internal sealed class BatchReader(ILogFile file, long position, long end) : IDisposable
{
    private const int ChunkSize = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(end - position, 1, ChunkSize));
    private long _bufferStart = position;
    private int _bufferLength;

    /// <summary>Where the next batch begins: after the last one that was read.</summary>
    public long Position { get; private set; } = position;

    public bool IsAtEnd => Position == end;

    /// <summary>The next batch; false at the end of the range and where no whole batch stands.</summary>
    public bool TryReadNext(out RecordBatch batch)
    {
        batch = default;
        if (!Ensure(RecordBatchLayout.HeaderSize)) return false;
        if (!BatchHeader.TryRead(Buffered().Span, out BatchHeader header)) return false;
        if (Position + header.SizeInBytes > end || !Ensure(header.SizeInBytes)) return false;
        if (!RecordBatch.TryRead(Buffered(), out batch)) return false;
        Position += header.SizeInBytes;
        return true;
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>What was read already is not read again: a batch that a chunk ends in is finished.</summary>
    private void MoveToFront(int start, int kept, int bytes)
    {
        byte[] target = _buffer.Length < bytes ? ArrayPool<byte>.Shared.Rent(bytes) : _buffer;
        Buffer.BlockCopy(_buffer, start, target, 0, kept);
        if (ReferenceEquals(target, _buffer)) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
    }

    private ReadOnlyMemory<byte> Buffered()
    {
        int start = (int)(Position - _bufferStart);
        return _buffer.AsMemory(start, _bufferLength - start);
    }

    /// <summary>Brings at least so many bytes from the position on into the buffer.</summary>
    private bool Ensure(int bytes)
    {
        int start = (int)(Position - _bufferStart);
        if (_bufferLength - start >= bytes) return true;
        if (Position + bytes > end) return false;
        int kept = _bufferLength - start;
        MoveToFront(start, kept, bytes);
        int wanted = (int)Math.Min(_buffer.Length, end - Position);
        _bufferStart = Position;
        _bufferLength = kept + file.Read(_buffer.AsSpan(kept, wanted - kept), Position + kept);
        return _bufferLength >= bytes;
    }
}
