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
        using var output = new BoundedBuffer(maxBytes, sizeHint: (int)Math.Min(4L * source.Length, maxBytes));
        Decompress(type, source, output);
        return output.Written.ToArray();
    }

    /// <summary>The same, into memory that the caller owns.</summary>
    internal static void Decompress(CompressionType type, ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        ICompressionCodec codec = CodecOf(type);
        try
        {
            codec.Decompress(source, output);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw NoBlock(type, exception);
        }
    }

    internal static string UnknownMessage(CompressionType type) => $"There is no codec with number {(int)type}.";

    internal static void Compress(
        CompressionType type, ReadOnlyMemory<byte> source, BoundedBuffer output, int? level) =>
        CodecOf(type).Compress(source, output, level);

    internal static ICompressionCodec CodecOf(CompressionType type) => type switch
    {
        CompressionType.Gzip => GzipCodec.Instance,
        CompressionType.Snappy => SnappyCodec.Instance,
        CompressionType.Lz4 => Lz4Codec.Instance,
        CompressionType.Zstd => ZstdCodec.Instance,
        _ => throw new CorruptRecordException(ErrorCode.UnsupportedCompressionType, UnknownMessage(type)),
    };

    /// <summary>The libraries refuse hostile bytes with exceptions of many types, not all of them documented.</summary>
    internal static bool IsFault(Exception exception) =>
        exception is not (CorruptRecordException or OutOfMemoryException);

    internal static CorruptRecordException NoBlock(CompressionType type, Exception cause) =>
        new($"The records of a batch are no {type} block: {cause.Message}", cause);

    internal static CorruptRecordException LimitPassed(int maxBytes) => new(
        ErrorCode.RecordListTooLarge, $"The records of a batch decompress to more than {maxBytes} bytes.");
}
