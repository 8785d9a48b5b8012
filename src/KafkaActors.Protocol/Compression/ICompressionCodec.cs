namespace KafkaActors.Protocol.Compression;

/// <summary>
/// One codec. Stateless and thread-safe. Decompressing may end in any exception when the source is broken;
/// <see cref="BatchCompression"/> and <see cref="DecompressedBlock"/>, its only callers, turn it into a
/// <see cref="CorruptRecordException"/>.
/// </summary>
internal interface ICompressionCodec
{
    /// <param name="level">In the codec's own scale; null for what Kafka's client uses by default.</param>
    void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level);

    void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output);

    /// <summary>The same piece by piece.</summary>
    /// <param name="maxBytes">More is of no use to the reader: memory for more need not be taken.</param>
    ICompressedBlock Open(ReadOnlyMemory<byte> source, int maxBytes);
}
