using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// What has to be done to a client's batch before its partition can take it, and costs time in proportion to what the
/// records decompress to: a compressed one is opened and every record judged, and one that its topic stores in another
/// codec is compressed anew. Pure, but for the time it takes.
/// </summary>
internal static class BatchOpening
{
    /// <summary>
    /// A larger one is not compressed anew at once. Room for what clients send by default, 16 KiB, and its header: two
    /// milliseconds or less, five where it was compressed well.
    /// </summary>
    private const int MaxRecompressedAtOnceBytes = 17 * 1024;

    /// <summary>
    /// What takes little time is done at once, a millisecond for the most part: a batch that is not compressed, which
    /// its partition judges, and one whose records are few. False: <see cref="Open"/> has to be asked, on a thread that
    /// is there for it.
    /// </summary>
    public static bool TryOpenAtOnce(
        ReadOnlyMemory<byte> sent, PartitionSettings settings, long nowMs, out OpenedBatch opened)
    {
        opened = new OpenedBatch(sent, null);
        if (!RecordBatch.TryRead(sent, out RecordBatch batch)) return true;
        CompressionType codec = batch.Attributes.Compression;
        CompressionType stored = settings.Compression ?? codec;
        if (codec == CompressionType.None && stored == codec) return true;
        if (stored != codec && sent.Length > MaxRecompressedAtOnceBytes) return false;
        if (!RecordBatchValidator.TryValidateAtOnce(sent, settings.Rules, nowMs, out RecordBatchVerdict verdict))
            return false;
        opened = stored == codec ? new OpenedBatch(sent, verdict) : Recompress(sent, stored, settings, nowMs);
        return true;
    }

    public static OpenedBatch Open(ReadOnlyMemory<byte> sent, PartitionSettings settings, long nowMs)
    {
        if (TryOpenAtOnce(sent, settings, nowMs, out OpenedBatch opened)) return opened;
        if (settings.Compression is not { } codec)
            return new OpenedBatch(sent, RecordBatchValidator.Validate(sent, settings.Rules, nowMs, out _));
        return Recompress(sent, codec, settings, nowMs);
    }

    private static OpenedBatch Recompress(
        ReadOnlyMemory<byte> sent, CompressionType codec, PartitionSettings settings, long nowMs)
    {
        RecordBatchVerdict verdict =
            RecordBatchRecompressor.Recompress(sent, codec, settings.Rules, nowMs, out ReadOnlyMemory<byte> stored);
        return new OpenedBatch(stored, verdict);
    }
}
