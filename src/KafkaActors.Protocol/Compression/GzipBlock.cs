using System.IO.Compression;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Members of gzip, one behind the other. zlib checks CRC and size of each; but <see cref="GZipStream"/> says nothing
/// when the source ends within a member, nor of bytes that follow the last: both look like the end. So it is given the
/// source followed by <see cref="GzipFeed.Probe"/>, and has read to the end if it then asked for exactly one byte more.
/// </summary>
internal sealed class GzipBlock : ICompressedBlock
{
    private readonly GzipFeed _feed;
    private readonly GZipStream _gzip;

    public GzipBlock(ReadOnlyMemory<byte> source)
    {
        _feed = new GzipFeed(source);
        _gzip = new GZipStream(_feed, CompressionMode.Decompress);
    }

    public int Read(Span<byte> destination)
    {
        int read = _gzip.Read(destination);
        if (read > 0) return read;
        return _feed.Probes switch
        {
            1 => 0,
            0 => throw new InvalidDataException("bytes follow the last member"),
            _ => throw new InvalidDataException("it ends within a member"),
        };
    }

    public void Dispose() => _gzip.Dispose();
}
