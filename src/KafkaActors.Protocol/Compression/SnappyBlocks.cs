using System.Buffers;
using Snappier;

namespace KafkaActors.Protocol.Compression;

/// <summary>The raw blocks of a snappy source, decompressed one at a time.</summary>
internal sealed class SnappyBlocks(ReadOnlyMemory<byte> source, int maxBytes) : ICompressedBlock
{
    private byte[] _block = [];
    private int _length;
    private int _given;
    private int _taken;

    /// <summary>A raw source is one block, which may be an empty one.</summary>
    private bool _isAtEnd;

    public int Read(Span<byte> destination)
    {
        while (_given == _length)
        {
            if (_isAtEnd || !TryDecompressNext()) return 0;
        }

        int count = Math.Min(destination.Length, _length - _given);
        _block.AsSpan(_given, count).CopyTo(destination);
        _given += count;
        return count;
    }

    public void Dispose()
    {
        byte[] block = _block;
        _block = [];
        if (block.Length > 0) ArrayPool<byte>.Shared.Return(block);
    }

    private bool TryDecompressNext()
    {
        ReadOnlySpan<byte> rest = source.Span[_taken..];
        if (!SnappyCodec.TryTakeBlock(source.Length, ref rest, out ReadOnlySpan<byte> block)) return false;
        _taken = source.Length - rest.Length;
        _isAtEnd = rest.IsEmpty;
        int length = SnappyCodec.LengthOf(block);
        if (length > maxBytes) throw BatchCompression.LimitPassed(maxBytes);
        if (length > _block.Length)
        {
            Dispose();
            _block = ArrayPool<byte>.Shared.Rent(length);
        }

        _given = 0;
        _length = Snappy.Decompress(block, _block);
        return true;
    }
}
