using System.Buffers;
using System.Buffers.Binary;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// Cuts what a connection receives into responses: a length of four bytes, and as many bytes. Small ones lie in one
/// pooled buffer, many of them a receive. One that does not fit is received into an array of its own, which grows with
/// what has come, not with what the length claims: it is doubled when it is full, or as large at once as a response
/// that this broker has sent before. Such an array is nobody else's and never returns to a pool, so records may be
/// slices of it for as long as somebody holds them. Sans-IO. Owned by its connection's read loop.
/// </summary>
internal sealed class ResponseBuffer(int maxBytes)
{
    public const int Capacity = 64 * 1024;

    private const int LengthBytes = sizeof(int);
    private const int FirstLargeBytes = 2 * Capacity;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _start;
    private int _end;
    private byte[]? _large;
    private int _largeLength;
    private int _largeFilled;
    private int _seenBytes;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free => _large is null
        ? Buffer.AsMemory(_end, Capacity - _end)
        : _large.AsMemory(_largeFilled);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(ResponseBuffer));

    public void Received(int count)
    {
        if (_large is null) _end += count;
        else _largeFilled += count;
    }

    /// <summary>The next response, if it is whole. It is valid until more is received.</summary>
    /// <exception cref="ProtocolViolationException">What comes is no response, or one that is too long.</exception>
    public bool TryTake(out ReceivedResponse response)
    {
        response = default;
        if (_large is not null) return TryTakeLarge(out response);
        if (_end - _start < LengthBytes) return MakeRoom();
        int length = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_start));
        Check(length);
        if (length > Capacity - LengthBytes)
        {
            BeginLarge(length);
            return TryTakeLarge(out response);
        }

        if (_end - _start < LengthBytes + length) return MakeRoom();
        response = new ReceivedResponse(Buffer.AsMemory(_start + LengthBytes, length), IsShared: true);
        _start += LengthBytes + length;
        return true;
    }

    /// <summary>Nothing is received into it any more.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Check(int length)
    {
        if (length < sizeof(int)) throw new ProtocolViolationException($"a response of {length} bytes");
        if (length > maxBytes)
            throw new ProtocolViolationException($"a response of {length} bytes, of which {maxBytes} are allowed");
    }

    // What is not taken moves to the front, before more is received.
    private bool MakeRoom()
    {
        if (_start > 0) Buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        return false;
    }

    private void BeginLarge(int length)
    {
        _largeLength = length;
        _largeFilled = _end - _start - LengthBytes;
        _large = Allocate(Math.Max(FirstLargeBytes, _seenBytes));
        Buffer.AsSpan(_start + LengthBytes, _largeFilled).CopyTo(_large);
        _start = _end = 0;
    }

    private bool TryTakeLarge(out ReceivedResponse response)
    {
        response = default;
        if (_largeFilled < _large!.Length) return false;
        if (_largeFilled < _largeLength)
        {
            byte[] larger = Allocate(2L * _large.Length);
            _large.CopyTo(larger, 0);
            _large = larger;
            return false;
        }

        response = new ReceivedResponse(_large, IsShared: false);
        _seenBytes = Math.Max(_seenBytes, _largeLength);
        _large = null;
        return true;
    }

    private byte[] Allocate(long bytes) =>
        GC.AllocateUninitializedArray<byte>((int)Math.Min(_largeLength, bytes));
}
