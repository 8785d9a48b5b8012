using System.Buffers;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Pooled memory that a codec writes into, which grows as bytes arrive and never past its limit: what a hostile block
/// claims to be is never allocated on its word. Owned by one compression or decompression, which disposes it.
/// </summary>
internal sealed class BoundedBuffer : IBufferWriter<byte>, IDisposable
{
    private const int MinCapacity = 256;
    private const int ReadBytes = 16 * 1024;

    /// <summary>
    /// A codec may ask for working room beyond what it will write; the bytes written are what is limited.
    /// </summary>
    private const int SlackBytes = 64 * 1024;

    private readonly int _limit;
    private byte[] _buffer;
    private int _written;

    public BoundedBuffer(int limit, int sizeHint)
    {
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(sizeHint, MinCapacity, Math.Max(limit, MinCapacity)));
    }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _written);

    /// <summary>How many bytes may still be written.</summary>
    public int Remaining => _limit - _written;

    /// <exception cref="CorruptRecordException">The limit is passed.</exception>
    public void Advance(int count)
    {
        if (count > Remaining) throw LimitPassed();
        _written += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_written);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Remaining) throw LimitPassed();
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Takes all of a block.</summary>
    public void ReadAll(ICompressedBlock block)
    {
        while (true)
        {
            int read = block.Read(GetSpan(Math.Clamp(Remaining, 1, ReadBytes)));
            if (read == 0) return;
            Advance(read);
        }
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _written = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    public CorruptRecordException LimitPassed() => BatchCompression.LimitPassed(_limit);

    private void Grow(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length - _written) return;
        long capacity = Math.Max((long)_written + needed, Math.Min(2L * _buffer.Length, _limit));
        if (capacity > Array.MaxLength || needed > Remaining + (long)SlackBytes) throw LimitPassed();
        byte[] grown = ArrayPool<byte>.Shared.Rent((int)capacity);
        Written.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
