using System.Buffers;
using System.Buffers.Binary;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Cuts what a connection receives into frames: a length of four bytes, and as many bytes. Small frames lie in one
/// buffer, many of them a receive; one that does not fit is received into a buffer of its own, so that the bytes of a
/// large batch are where the partition gets them. That buffer grows with what has come, not with what the length
/// claims: it is doubled when it is full, or as large at once as a frame that this client has sent before.
/// Sans-IO. Owned by its connection's read loop.
/// </summary>
internal sealed class FrameBuffer(FrameLimits limits)
{
    public const int Capacity = 16 * 1024;

    /// <summary>The first buffer of a frame from a client that is not known to send larger ones.</summary>
    public const int FirstLargeBytes = 64 * 1024;

    private const int LengthBytes = sizeof(int);
    private const int ApiKeyBytes = sizeof(short);

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private byte[]? _large;
    private FrameStart _largeStart;
    private int _largeFilled;
    private int _seenBytes;

    /// <summary>Whether a frame has begun and is not whole.</summary>
    public bool IsWithinFrame => _large is not null || _end > _start;

    /// <summary>Whether a large frame has begun and is not taken.</summary>
    public bool IsWithinLarge => _large is not null;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free => _large is null
        ? Buffer.AsMemory(_end, Capacity - _end)
        : _large.AsMemory(_largeFilled, Math.Min(_large.Length, _largeStart.Length) - _largeFilled);

    private byte[] Buffer => _buffer ??= ArrayPool<byte>.Shared.Rent(Capacity);

    public void Received(int count)
    {
        if (_large is null) _end += count;
        else _largeFilled += count;
    }

    /// <summary>The frame that comes next, as far as it is known.</summary>
    /// <exception cref="ProtocolViolationException">It cannot be one.</exception>
    public bool TryPeek(out FrameStart start)
    {
        start = _largeStart;
        if (_large is not null) return true;
        if (_end - _start < LengthBytes) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_start));
        limits.Check(length);
        // What is shorter than this has no request in it, and says so itself.
        if (length < ApiKeyBytes)
        {
            start = new FrameStart(length, default);
            return true;
        }

        if (_end - _start < LengthBytes + ApiKeyBytes) return false;
        var api = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(Buffer.AsSpan(_start + LengthBytes));
        start = new FrameStart(length, api);
        limits.Check(start);
        return true;
    }

    /// <summary>
    /// The memory that the next frame, which is <paramref name="length"/> long, holds once it has gone on: none as long
    /// as it is a small one that is not whole.
    /// </summary>
    public int Needed(int length)
    {
        if (IsSmall(length)) return _end - _start >= LengthBytes + length ? length : 0;
        if (_large is null) return LargeBytes(length, Math.Max(FirstLargeBytes, _seenBytes));
        return _largeFilled < _large.Length || _largeFilled == length
            ? _large.Length
            : LargeBytes(length, 2 * (long)_large.Length);
    }

    /// <summary>Takes the next frame, whose memory is covered, if it is whole.</summary>
    public bool TryTake(FrameStart start, out ReceivedFrame frame)
    {
        frame = default;
        int length = start.Length;
        if (!IsSmall(length)) return TryTakeLarge(start, out frame);
        if (_end - _start < LengthBytes + length) return false;
        frame = new ReceivedFrame(Buffer, _start + LengthBytes, length, isOwn: false);
        _start += LengthBytes + length;
        return true;
    }

    /// <summary>Moves what is not taken to the front, before more is received.</summary>
    public void MakeRoom()
    {
        if (_start == 0) return;
        Buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }

    /// <summary>Nothing is received into it any more.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        if (Interlocked.Exchange(ref _large, null) is { } large) LargeArrays.Return(large);
    }

    private static bool IsSmall(int length) => length <= Capacity - LengthBytes;

    private static int LargeBytes(int length, long wanted) =>
        LargeArrays.SizeOf((int)Math.Min(length, wanted));

    private bool TryTakeLarge(FrameStart start, out ReceivedFrame frame)
    {
        frame = default;
        int length = start.Length;
        int needed = Needed(length);
        if (_large is null) BeginLarge(start, needed);
        else if (needed > _large.Length) GrowLarge(needed);
        if (_largeFilled < length) return false;
        frame = new ReceivedFrame(_large!, 0, length, isOwn: true);
        _large = null;
        _seenBytes = Math.Max(_seenBytes, Math.Min(length, RequestMemory.LargestOrdinaryBytes));
        return true;
    }

    private void BeginLarge(FrameStart start, int bytes)
    {
        _large = LargeArrays.Rent(bytes);
        _largeStart = start;
        _largeFilled = Math.Min(start.Length, _end - _start - LengthBytes);
        Buffer.AsSpan(_start + LengthBytes, _largeFilled).CopyTo(_large);
        _start = _end = 0;
    }

    private void GrowLarge(int bytes)
    {
        byte[] larger = LargeArrays.Rent(bytes);
        _large.AsSpan(0, _largeFilled).CopyTo(larger);
        LargeArrays.Return(_large!);
        _large = larger;
    }
}
