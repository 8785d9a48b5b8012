namespace KafkaActors.Protocol.Compression;

/// <summary>
/// One codec. Stateless and thread-safe. Decompressing may end in any exception when the source is broken;
/// <see cref="BatchCompression"/> is its only caller and turns it into a <see cref="CorruptRecordException"/>.
/// </summary>
internal interface ICompressionCodec
{
    /// <param name="level">In the codec's own scale; null for what Kafka's client uses by default.</param>
    void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level);

    void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output);
}
