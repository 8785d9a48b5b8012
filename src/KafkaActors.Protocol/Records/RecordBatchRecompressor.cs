using System.Buffers.Binary;
using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Makes, of the batch that a producer sent, the one that a topic with a <c>compression.type</c> of its own stores.
/// Records are written relative to their batch's header and do not know its codec, so their bytes stay as they are;
/// so do producer id, epoch, sequence, timestamps and attributes but the codec's. Never throws on bytes of any kind.
/// </summary>
public static class RecordBatchRecompressor
{
    /// <param name="bytes">What a producer sent for one partition; only read.</param>
    /// <param name="recompressed">The batch in that codec; <paramref name="bytes"/> themselves when it is refused, or
    /// in that codec already.</param>
    /// <returns>What <see cref="RecordBatchValidator"/> says of it, which then holds for what comes out.</returns>
    public static RecordBatchVerdict Recompress(
        ReadOnlyMemory<byte> bytes,
        CompressionType codec,
        RecordBatchRules rules,
        long nowMs,
        out ReadOnlyMemory<byte> recompressed)
    {
        recompressed = bytes;
        RecordBatchVerdict verdict = RecordBatchValidator.Validate(bytes, rules, nowMs, out RecordBatch sent);
        if (!verdict.IsAccepted || sent.Attributes.Compression == codec) return verdict;
        try
        {
            using var records = new BoundedBuffer(RecordBatchValidator.MaxDecompressedBytes(rules), sent.SizeInBytes);
            byte[] stored = Translate(sent, codec, records);
            if (stored.Length > rules.MaxMessageBytes) return TooLarge(stored.Length, codec, rules);
            recompressed = stored;
            return verdict;
        }
        catch (CorruptRecordException corrupt)
        {
            return RecordBatchValidator.Refusal(corrupt);
        }
    }

    private static byte[] Translate(RecordBatch sent, CompressionType codec, BoundedBuffer records)
    {
        ReadOnlyMemory<byte> plain = sent.RecordBytes;
        if (sent.Attributes.Compression != CompressionType.None)
        {
            BatchCompression.Decompress(sent.Attributes.Compression, plain, records);
            plain = records.WrittenMemory;
        }

        if (codec == CompressionType.None) return Assemble(sent.Bytes.Span, plain.Span, codec);
        using var output = new BoundedBuffer(Array.MaxLength, plain.Length / 2);
        BatchCompression.Compress(codec, plain, output, level: null);
        return Assemble(sent.Bytes.Span, output.Written, codec);
    }

    private static RecordBatchVerdict TooLarge(int bytes, CompressionType codec, RecordBatchRules rules) => new(
        ErrorCode.MessageTooLarge,
        $"The batch has {bytes} bytes as {codec}, the topic's compression.type; "
            + $"max.message.bytes is {rules.MaxMessageBytes}.");

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
