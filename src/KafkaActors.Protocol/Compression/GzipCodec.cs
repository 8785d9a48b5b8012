using System.IO.Compression;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Gzip (RFC 1952): written as one member, at zlib's level 6 unless told otherwise; any number is read.
/// </summary>
internal sealed class GzipCodec : ICompressionCodec
{
    public static readonly GzipCodec Instance = new();

    private const int DefaultLevel = 6;

    public void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level ?? DefaultLevel };
        using var gzip = new GZipStream(new BoundedBufferStream(output), options);
        gzip.Write(source.Span);
    }

    public void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        using ICompressedBlock block = Open(source, output.Remaining);
        output.ReadAll(block);
    }

    public ICompressedBlock Open(ReadOnlyMemory<byte> source, int maxBytes) => new GzipBlock(source);
}
