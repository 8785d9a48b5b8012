using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// The records of a batch as they come out of their codec, piece by piece, up to a limit. Owned by its one reader.
/// Memory is the codec's own: 64 KiB or so of gzip, a block of an lz4 frame (4 MiB at most), a block of snappy (22
/// times its own size at most), the window of a zstd frame (as far as it is filled, which the limit bounds).
/// </summary>
internal sealed class DecompressedBlock : IDisposable
{
    private readonly CompressionType _type;
    private readonly int _maxBytes;
    private readonly ICompressedBlock _block;
    private long _read;

    /// <exception cref="CorruptRecordException">As <see cref="Read"/>.</exception>
    public DecompressedBlock(CompressionType type, ReadOnlyMemory<byte> source, int maxBytes)
    {
        (_type, _maxBytes) = (type, maxBytes);
        ICompressionCodec codec = BatchCompression.CodecOf(type);
        try
        {
            _block = codec.Open(source, maxBytes);
        }
        catch (Exception exception) when (BatchCompression.IsFault(exception))
        {
            throw BatchCompression.NoBlock(type, exception);
        }
    }

    /// <summary>The next bytes, at least one; 0 at the end of the block.</summary>
    /// <exception cref="CorruptRecordException">
    /// <see cref="ErrorCode.CorruptMessage"/>: the codec refuses the bytes.
    /// <see cref="ErrorCode.RecordListTooLarge"/>: they grow past the limit.
    /// <see cref="ErrorCode.UnsupportedCompressionType"/>: there is no such codec.
    /// </exception>
    public int Read(Span<byte> destination)
    {
        int read;
        try
        {
            read = _block.Read(destination);
        }
        catch (Exception exception) when (BatchCompression.IsFault(exception))
        {
            throw BatchCompression.NoBlock(_type, exception);
        }

        _read += read;
        return _read <= _maxBytes ? read : throw BatchCompression.LimitPassed(_maxBytes);
    }

    public void Dispose() => _block.Dispose();
}
