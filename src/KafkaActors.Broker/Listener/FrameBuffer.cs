using System.Buffers;
using System.Buffers.Binary;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Cuts what a connection receives into frames: a length of four bytes, and as many bytes. Small frames lie in one
/// buffer, many of them a receive; one that does not fit is received into a buffer of its own size, so that the bytes
/// of a large batch are where the partition gets them. Sans-IO. Owned by its connection's read loop.
/// </summary>
internal sealed class FrameBuffer(int maxFrameBytes)
{
    public const int Capacity = 16 * 1024;

    private const int LengthBytes = sizeof(int);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _start;
    private int _end;
    private byte[]? _large;
    private int _largeLength;
    private int _largeFilled;

    /// <summary>Whether a frame has begun and is not whole.</summary>
    public bool IsWithinFrame => _large is not null || _end > _start;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free => _large is null
        ? _buffer.AsMemory(_end, Capacity - _end)
        : _large.AsMemory(_largeFilled, _largeLength - _largeFilled);

    public void Received(int count)
    {
        if (_large is null) _end += count;
        else _largeFilled += count;
    }

    /// <summary>The length of the frame that comes next, as far as it is known.</summary>
    /// <exception cref="ProtocolViolationException">It cannot be a frame's.</exception>
    public bool TryPeekLength(out int length)
    {
        length = _largeLength;
        if (_large is not null) return true;
        if (_end - _start < LengthBytes) return false;
        length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length < 0 || length > maxFrameBytes)
        {
            throw new ProtocolViolationException(
                $"a request of {length} bytes is beyond socket.request.max.bytes = {maxFrameBytes}");
        }

        return true;
    }

    /// <summary>Whether a frame of this length is whole, or is about to get a buffer of its own.</summary>
    public bool IsDue(int length) => !IsSmall(length) || _end - _start >= LengthBytes + length;

    /// <summary>Takes the next frame, which is <paramref name="length"/> long, if it is whole.</summary>
    public bool TryTake(int length, out ReceivedFrame frame)
    {
        frame = default;
        if (_large is null && !IsSmall(length)) BeginLarge(length);
        if (_large is { } large)
        {
            if (_largeFilled < _largeLength) return false;
            frame = new ReceivedFrame(large, 0, length, isOwn: true);
            _large = null;
            return true;
        }

        if (_end - _start < LengthBytes + length) return false;
        frame = new ReceivedFrame(_buffer, _start + LengthBytes, length, isOwn: false);
        _start += LengthBytes + length;
        return true;
    }

    /// <summary>Moves what is not taken to the front, before more is received.</summary>
    public void MakeRoom()
    {
        if (_start == 0) return;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }

    /// <summary>Nothing is received into it any more.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        if (_large is not null) ArrayPool<byte>.Shared.Return(_large);
        _large = null;
    }

    private static bool IsSmall(int length) => length <= Capacity - LengthBytes;

    // The length is given before any memory: what does not fit was refused by TryPeekLength.
    private void BeginLarge(int length)
    {
        _large = ArrayPool<byte>.Shared.Rent(length);
        _largeLength = length;
        _largeFilled = Math.Min(length, _end - _start - LengthBytes);
        _buffer.AsSpan(_start + LengthBytes, _largeFilled).CopyTo(_large);
        _start = _end = 0;
    }
}
