namespace KafkaActors.Protocol.Compression;

/// <summary>
/// The source of a <see cref="GzipBlock"/>: the bytes but the last, the last one alone, then <see cref="Probe"/> a byte
/// at a time. What inflates asks for more only while it wants more: behind a whole member it takes one byte to see
/// whether another member begins, and stops there; within a member it goes on asking.
/// </summary>
internal sealed class GzipFeed(ReadOnlyMemory<byte> source) : Stream
{
    /// <summary>
    /// Begins no member, and completes none: the last byte of a member is the top byte of its size modulo 2^32, which
    /// is no such number for anything within the limits here.
    /// </summary>
    public const byte Probe = 0xFF;

    /// <summary>Asked for more than this, it gives no more: the source ended within a member.</summary>
    private const int MaxProbes = 2;

    private int _position;

    /// <summary>How many bytes were asked for behind the source.</summary>
    public int Probes { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int left = source.Length - _position;
        if (left == 0) return ReadProbe(buffer);
        // The last byte comes alone: who stops before it never asks for it.
        int count = Math.Min(buffer.Length, Math.Max(1, left - 1));
        source.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int ReadProbe(Span<byte> buffer)
    {
        if (Probes == MaxProbes) return 0;
        Probes++;
        buffer[0] = Probe;
        return 1;
    }
}
