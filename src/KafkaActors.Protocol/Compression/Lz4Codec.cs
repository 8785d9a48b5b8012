using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// LZ4 frames (version 1) with the flags Kafka's Java client writes and alone accepts: independent blocks of at most
/// 64 KiB, no content size, no checksums but the header's. Any frame is read, and all checksums are looked at.
/// </summary>
internal sealed class Lz4Codec : ICompressionCodec
{
    public static readonly Lz4Codec Instance = new();

    private const int BlockBytes = 64 * 1024;

    /// <summary>
    /// Kafka's default level stands for the fast mode; every other is one of high compression (KIP-390).
    /// </summary>
    private const int DefaultLevel = 9;

    private readonly LZ4EncoderSettings _default = SettingsAt(LZ4Level.L00_FAST);

    public void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        LZ4EncoderSettings settings = level is null or DefaultLevel
            ? _default
            : SettingsAt((LZ4Level)Math.Clamp(level.Value, (int)LZ4Level.L03_HC, (int)LZ4Level.L12_MAX));
        LZ4Frame.Encode(source.Span, output, settings);
    }

    public void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        // Decoding at once would not see what is missing behind the last record.
        using ICompressedBlock block = Open(source, output.Remaining);
        output.ReadAll(block);
    }

    public ICompressedBlock Open(ReadOnlyMemory<byte> source, int maxBytes) => new Lz4Block(source);

    private static LZ4EncoderSettings SettingsAt(LZ4Level level) => new()
    {
        BlockSize = BlockBytes,
        ChainBlocks = false,
        BlockChecksum = false,
        ContentChecksum = false,
        CompressionLevel = level,
    };
}
