using System.Buffers;
using System.Text;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// A buffer in front of standard output for tools that write much: bytes gather and leave in big writes, in order.
/// Whoever writes decides when the reader has waited long enough (<see cref="Flush"/>). Used by one thread at a time.
/// </summary>
internal sealed class ByteOutput(Stream stream) : IBufferWriter<byte>
{
    private const int FlushBytes = 64 * 1024;

    private byte[] _buffer = new byte[2 * FlushBytes];
    private int _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Text(string text) => Encoding.UTF8.GetBytes(text, this);

    public void Line(string text)
    {
        Text(text);
        this.Write("\n"u8);
        FlushIfFull();
    }

    /// <summary>Keeps the buffer small without making small writes.</summary>
    public void FlushIfFull()
    {
        if (_length >= FlushBytes) Flush();
    }

    public void Flush()
    {
        if (_length == 0) return;
        stream.Write(_buffer, 0, _length);
        stream.Flush();
        _length = 0;
    }

    private void Reserve(int sizeHint)
    {
        int needed = checked(_length + Math.Max(sizeHint, 1));
        if (needed <= _buffer.Length) return;
        long wanted = Math.Max(2L * _buffer.Length, needed);
        Array.Resize(ref _buffer, (int)Math.Min(wanted, Array.MaxLength));
    }
}
