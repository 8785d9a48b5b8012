using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Frames of zstd, one behind the other, each with the window that its header asks for. A frame that says it holds more
/// than the limit is refused before any of it is decompressed.
/// </summary>
internal sealed class ZstdBlock : ICompressedBlock
{
    /// <summary>
    /// 128 MiB, which the highest levels ask for, whatever they compress. Memory is touched as far as the frame is
    /// decompressed, and no further.
    /// </summary>
    private const int WindowLogMax = 27;

    private readonly ReadOnlyMemory<byte> _source;
    private readonly Decompressor _decompressor;
    private int _position;
    private bool _isWithinFrame = true;

    public ZstdBlock(ReadOnlyMemory<byte> source, int maxBytes)
    {
        if (ZstdFrameHeader.ContentSize(source.Span) > (ulong)maxBytes) throw BatchCompression.LimitPassed(maxBytes);
        _source = source;
        _decompressor = new Decompressor();
        _decompressor.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLogMax);
    }

    public int Read(Span<byte> destination)
    {
        while (_isWithinFrame || _position < _source.Length)
        {
            OperationStatus status = _decompressor.UnwrapStream(
                _source.Span[_position..], destination, out int consumed, out int written);
            _position += consumed;
            if (status == OperationStatus.InvalidData) throw new InvalidDataException("a frame is broken");
            _isWithinFrame = status != OperationStatus.Done;
            if (written > 0) return written;
            if (_isWithinFrame && consumed == 0) throw new InvalidDataException("it ends within a frame");
        }

        return 0;
    }

    public void Dispose() => _decompressor.Dispose();
}
