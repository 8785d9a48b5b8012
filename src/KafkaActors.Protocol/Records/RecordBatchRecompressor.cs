using System.Buffers.Binary;
using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Makes, of the batch that a producer sent, the one that a topic with a <c>compression.type</c> of its own stores.
/// Records are written relative to their batch's header and do not know its codec, so their bytes stay as they are;
/// so do producer id, epoch, sequence, timestamps and attributes but the codec's. The batch is opened for it, so here
/// every record is checked, whatever it was compressed with. Never throws on bytes of any kind.
/// </summary>
public static class RecordBatchRecompressor
{
    /// <param name="bytes">What a producer sent for one partition; only read.</param>
    /// <param name="recompressed">
    /// The batch in that codec: <paramref name="bytes"/> themselves, unchecked, when they are in it already or are no
    /// batch at all; the leader's <see cref="RecordBatchValidator"/> judges what comes out.
    /// </param>
    /// <returns>Why the batch cannot be stored, in the validator's words.</returns>
    public static RecordBatchVerdict Recompress(
        ReadOnlyMemory<byte> bytes,
        CompressionType codec,
        RecordBatchRules rules,
        long nowMs,
        out ReadOnlyMemory<byte> recompressed)
    {
        recompressed = bytes;
        if (!RecordBatch.TryRead(bytes, out RecordBatch sent) || sent.Attributes.Compression == codec)
            return RecordBatchVerdict.Accepted;
        RecordBatchVerdict verdict = RecordBatchValidator.Validate(bytes, rules, nowMs, out sent);
        if (!verdict.IsAccepted) return verdict;
        try
        {
            ReadOnlyMemory<byte> records = BatchCompression.Decompress(
                sent.Attributes.Compression, sent.RecordBytes, RecordEnumerator.DefaultMaxDecompressedBytes);
            byte[] plain = Assemble(bytes.Span, records.Span, CompressionType.None);
            verdict = RecordBatchValidator.Validate(
                plain, rules with { MaxMessageBytes = int.MaxValue }, nowMs, out _);
            if (!verdict.IsAccepted) return verdict;
            if (verdict.CorrectedMaxTimestampMs is { } greatest)
                RecordBatchPatcher.CorrectMaxTimestamp(plain, greatest);
            recompressed = codec == CompressionType.None ? plain : Compress(plain, codec);
            return RecordBatchVerdict.Accepted;
        }
        catch (CorruptRecordException corrupt)
        {
            return new(corrupt.Error, corrupt.Message);
        }
    }

    private static byte[] Compress(byte[] plain, CompressionType codec)
    {
        ReadOnlyMemory<byte> records = plain.AsMemory(RecordBatchLayout.HeaderSize);
        using var output = new BoundedBuffer(Array.MaxLength, records.Length / 2);
        BatchCompression.Compress(codec, records, output, level: null);
        return Assemble(plain, output.Written, codec);
    }

    private static byte[] Assemble(ReadOnlySpan<byte> header, ReadOnlySpan<byte> records, CompressionType codec)
    {
        byte[] batch = GC.AllocateUninitializedArray<byte>(RecordBatchLayout.HeaderSize + records.Length);
        header[..RecordBatchLayout.HeaderSize].CopyTo(batch);
        records.CopyTo(batch.AsSpan(RecordBatchLayout.HeaderSize));
        BinaryPrimitives.WriteInt32BigEndian(
            batch.AsSpan(RecordBatchLayout.BatchLength), batch.Length - RecordBatchLayout.LogOverhead);
        Span<byte> attributes = batch.AsSpan(RecordBatchLayout.Attributes);
        var sent = new RecordBatchAttributes(BinaryPrimitives.ReadInt16BigEndian(attributes));
        BinaryPrimitives.WriteInt16BigEndian(attributes, sent.With(codec).Value);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(attributes));
        return batch;
    }
}
