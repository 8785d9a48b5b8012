using System.IO.Compression;
using System.Runtime.InteropServices;

namespace KafkaActors.Protocol.Compression;

/// <summary>Gzip (RFC 1952), one member at zlib's level 6 unless told otherwise.</summary>
internal sealed class GzipCodec : ICompressionCodec
{
    public static readonly GzipCodec Instance = new();

    private const int DefaultLevel = 6;
    private const int ReadBytes = 16 * 1024;

    public void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        var options = new ZLibCompressionOptions { CompressionLevel = level ?? DefaultLevel };
        using var gzip = new GZipStream(new BoundedBufferStream(output), options);
        gzip.Write(source.Span);
    }

    public void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        using var gzip = new GZipStream(AsStream(source), CompressionMode.Decompress);
        while (true)
        {
            int read = gzip.Read(output.GetSpan(Math.Clamp(output.Remaining, 1, ReadBytes)));
            if (read == 0) return;
            output.Advance(read);
        }
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> source)
    {
        bool isArray = MemoryMarshal.TryGetArray(source, out ArraySegment<byte> bytes);
        if (!isArray) bytes = source.ToArray();
        return new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
    }
}
