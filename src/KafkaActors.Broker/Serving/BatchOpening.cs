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
    /// What takes a millisecond at most is done at once: a batch that is not compressed, which its partition judges,
    /// and one whose records are few. False: <see cref="Open"/> has to be asked, on a thread of its own.
    /// </summary>
    public static bool TryOpenAtOnce(
        ReadOnlyMemory<byte> sent, PartitionSettings settings, long nowMs, out OpenedBatch opened)
    {
        opened = new OpenedBatch(sent, null);
        if (!RecordBatch.TryRead(sent, out RecordBatch batch)) return true;
        CompressionType codec = batch.Attributes.Compression;
        if (codec != (settings.Compression ?? codec)) return false;
        if (codec == CompressionType.None) return true;
        if (!RecordBatchValidator.TryValidateAtOnce(sent, settings.Rules, nowMs, out RecordBatchVerdict verdict))
            return false;
        opened = new OpenedBatch(sent, verdict);
        return true;
    }

    public static OpenedBatch Open(ReadOnlyMemory<byte> sent, PartitionSettings settings, long nowMs)
    {
        if (TryOpenAtOnce(sent, settings, nowMs, out OpenedBatch opened)) return opened;
        if (settings.Compression is not { } codec)
            return new OpenedBatch(sent, RecordBatchValidator.Validate(sent, settings.Rules, nowMs, out _));
        RecordBatchVerdict verdict =
            RecordBatchRecompressor.Recompress(sent, codec, settings.Rules, nowMs, out ReadOnlyMemory<byte> stored);
        return new OpenedBatch(stored, verdict);
    }
}
