using ZstdSharp;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Zstandard (RFC 8878), level 3 unless told otherwise. A context is large and good for one thread at a time, so each
/// thread that compresses keeps its own. Decompression at once goes into one buffer of the size that the frame's block
/// headers bound, never into a window of the size that its frame header asks for; piece by piece it takes that window.
/// </summary>
internal sealed class ZstdCodec : ICompressionCodec
{
    public static readonly ZstdCodec Instance = new();

    private const int DefaultLevel = 3;

    [ThreadStatic]
    private static Compressor? _compressor;

    [ThreadStatic]
    private static Decompressor? _decompressor;

    public void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        Compressor compressor = _compressor ??= new Compressor(DefaultLevel);
        int wanted = level ?? DefaultLevel;
        if (compressor.Level != wanted) compressor.Level = wanted;
        Span<byte> destination = output.GetSpan(Compressor.GetCompressBound(source.Length));
        output.Advance(compressor.Wrap(source.Span, destination));
    }

    public void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        Decompressor decompressor = _decompressor ??= new Decompressor();
        ulong bound = Decompressor.GetDecompressedSize(source.Span);
        int capacity = (int)Math.Min(bound, (ulong)output.Remaining);
        Span<byte> destination = output.GetSpan(capacity)[..capacity];
        if (decompressor.TryUnwrap(source.Span, destination, out int written)) output.Advance(written);
        else if (bound > (ulong)capacity) throw output.LimitPassed();
        else throw new CorruptRecordException("A zstd frame holds more than its blocks bound.");
    }

    public ICompressedBlock Open(ReadOnlyMemory<byte> source, int maxBytes) => new ZstdBlock(source, maxBytes);
}
