using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// The codecs of record batches, by their number. Compression levels are the codec's own (gzip 1 to 9, lz4 1 to 17,
/// zstd -131072 to 22); snappy has none. What is written is what Kafka's Java client writes and accepts.
/// </summary>
public static class BatchCompression
{
    public static bool IsKnown(CompressionType type) => type <= CompressionType.Zstd;

    /// <summary>Decompresses the records of a batch into memory of their own.</summary>
    /// <exception cref="CorruptRecordException">
    /// <see cref="ErrorCode.CorruptMessage"/>: the codec refuses the bytes.
    /// <see cref="ErrorCode.RecordListTooLarge"/>: they grow past <paramref name="maxBytes"/>.
    /// <see cref="ErrorCode.UnsupportedCompressionType"/>: there is no such codec.
    /// </exception>
    public static ReadOnlyMemory<byte> Decompress(
        CompressionType type, ReadOnlyMemory<byte> source, int maxBytes)
    {
        if (type == CompressionType.None) return source;
        ICompressionCodec codec = CodecOf(type) ?? throw Unknown(type);
        using var output = new BoundedBuffer(maxBytes, sizeHint: (int)Math.Min(4L * source.Length, maxBytes));
        try
        {
            codec.Decompress(source, output);
        }
        catch (Exception exception) when (exception is not (CorruptRecordException or OutOfMemoryException))
        {
            // The libraries refuse hostile bytes with exceptions of many types, not all of them documented.
            throw new CorruptRecordException(
                $"The records of a batch are no {type} block: {exception.Message}", exception);
        }

        return output.Written.ToArray();
    }

    internal static string UnknownMessage(CompressionType type) => $"There is no codec with number {(int)type}.";

    internal static void Compress(CompressionType type, ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        ICompressionCodec codec = CodecOf(type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, null);
        codec.Compress(source, output, level);
    }

    private static ICompressionCodec? CodecOf(CompressionType type) => type switch
    {
        CompressionType.Gzip => GzipCodec.Instance,
        CompressionType.Snappy => SnappyCodec.Instance,
        CompressionType.Lz4 => Lz4Codec.Instance,
        CompressionType.Zstd => ZstdCodec.Instance,
        _ => null,
    };

    private static CorruptRecordException Unknown(CompressionType type) =>
        new(ErrorCode.UnsupportedCompressionType, UnknownMessage(type));
}
