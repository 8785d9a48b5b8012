using System.Buffers;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// One request's bytes, without the length before them. Those of a buffer of its own may be kept until the request is
/// answered; those within the connection's buffer are gone with the next receive, unless they are taken along.
/// </summary>
internal struct ReceivedFrame(byte[] array, int offset, int length, bool isOwn)
{
    private byte[]? _array = array;
    private int _offset = offset;
    private bool _isOwn = isOwn;

    public readonly int Length => length;

    public readonly ReadOnlyMemory<byte> Bytes => _array.AsMemory(_offset, length);

    /// <summary>Makes the bytes last: a copy only of what lies within the connection's buffer.</summary>
    public void Keep()
    {
        if (_isOwn) return;
        byte[] own = ArrayPool<byte>.Shared.Rent(length);
        Bytes.CopyTo(own);
        (_array, _offset, _isOwn) = (own, 0, true);
    }

    /// <summary>
    /// Ends it. The buffer is used again only if nobody can hold it any more: else it is left to the collector.
    /// </summary>
    public void Release(bool mayReuse)
    {
        byte[]? own = _isOwn ? _array : null;
        _array = null;
        _isOwn = false;
        if (own is null) return;
        if (mayReuse) LargeArrays.Return(own);
        else LargeArrays.Leave(own);
    }
}
