using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// What a leader checks of a client's batch before it appends it; sequences of idempotent producers are judged after
/// it, against the producer's state. Never throws on bytes of any kind.
/// <para>Of every batch: it is one whole batch, at most max.message.bytes, of magic 2, with a right CRC; base offset 0;
/// as many records as its offsets span, at least one; no control batch, no append time, no delete horizon; a known
/// codec; a base sequence and an epoch where there is a producer id, and one where it is transactional.</para>
/// <para>Of every record of an uncompressed batch: it fills its length, its offset delta is its index, its timestamp is
/// in bounds, it has a key where the topic is compacted; nothing follows the last. Measured at about 15 ns a
/// record.</para>
/// <para>A compressed batch is opened only for a compacted topic, whose keys have to be seen; Kafka opens every one.
/// Elsewhere its timestamps are judged by the header's first and greatest, which a producer's own clock made; and its
/// records stay as the producer wrote them, since offsets count from the header, and readers check every length and
/// offset.</para>
/// </summary>
public static class RecordBatchValidator
{
    /// <param name="bytes">What a producer sent for one partition.</param>
    /// <param name="nowMs">The leader's clock, in milliseconds since the epoch.</param>
    /// <param name="batch">The batch, unless it is refused.</param>
    public static RecordBatchVerdict Validate(
        ReadOnlyMemory<byte> bytes, RecordBatchRules rules, long nowMs, out RecordBatch batch)
    {
        RecordBatchVerdict verdict = Whole(bytes, rules, out batch);
        if (verdict.IsAccepted) verdict = Header(batch);
        TimestampBounds bounds = TimestampBounds.Of(rules, nowMs);
        if (verdict.IsAccepted) verdict = HeaderTimestamps(batch, bounds);
        if (verdict.IsAccepted) verdict = Records(batch, rules, bounds);
        if (!verdict.IsAccepted) batch = default;
        return verdict;
    }

    private static RecordBatchVerdict Whole(ReadOnlyMemory<byte> bytes, RecordBatchRules rules, out RecordBatch batch)
    {
        var batches = RecordBatches.Enumerate(bytes);
        bool found = batches.MoveNext();
        batch = batches.Current;
        if (!found) return NoBatch(batches.Stop);
        if (batch.SizeInBytes != bytes.Length)
            return Invalid($"{bytes.Length - batch.SizeInBytes} bytes follow the one batch allowed.");
        if (batch.SizeInBytes > rules.MaxMessageBytes)
        {
            return new(
                ErrorCode.MessageTooLarge,
                $"The batch has {batch.SizeInBytes} bytes, max.message.bytes is {rules.MaxMessageBytes}.");
        }

        return batch.IsCrcValid()
            ? RecordBatchVerdict.Accepted
            : new(ErrorCode.CorruptMessage, "The CRC of the batch does not match its bytes.");
    }

    private static RecordBatchVerdict NoBatch(RecordBatchesStop stop) => stop switch
    {
        RecordBatchesStop.End => new(ErrorCode.InvalidRecord, "There is no batch."),
        RecordBatchesStop.Torn => new(ErrorCode.CorruptMessage, "The bytes end within the batch."),
        RecordBatchesStop.UnsupportedMagic =>
            new(ErrorCode.UnsupportedForMessageFormat, "Only record batches of magic 2 are accepted."),
        _ => new(ErrorCode.CorruptMessage, "The length field cannot be a batch's."),
    };

    private static RecordBatchVerdict Header(RecordBatch batch)
    {
        RecordBatchAttributes attributes = batch.Attributes;
        if (batch.BaseOffset != 0) return Invalid($"The base offset is {batch.BaseOffset}, a producer's is 0.");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
            return Invalid($"{batch.RecordCount} records cannot end at offset delta {batch.LastOffsetDelta}.");
        if (attributes.IsControl) return Invalid("Clients do not write control records.");
        if (attributes.HasDeleteHorizon) return Invalid("Clients do not set a delete horizon.");
        if (attributes.TimestampType == TimestampType.LogAppendTime)
            return new(ErrorCode.InvalidTimestamp, "Producers do not set the timestamp type to LogAppendTime.");
        if (batch.HasProducerId && (batch.BaseSequence < 0 || batch.ProducerEpoch < 0))
            return Invalid($"Producer id {batch.ProducerId} comes without a sequence or an epoch.");
        if (attributes.IsTransactional && !batch.HasProducerId) return Invalid("A transaction needs a producer id.");
        return BatchCompression.IsKnown(attributes.Compression)
            ? RecordBatchVerdict.Accepted
            : new(ErrorCode.UnsupportedCompressionType, BatchCompression.UnknownMessage(attributes.Compression));
    }

    private static RecordBatchVerdict HeaderTimestamps(RecordBatch batch, TimestampBounds bounds)
    {
        if (!bounds.Contain(batch.BaseTimestamp)) return OutOfBounds(batch.BaseTimestamp, bounds);
        // An uncompressed batch is judged by its records: the claim is corrected, not refused.
        bool isBelieved = batch.Attributes.Compression != CompressionType.None;
        return isBelieved && !bounds.Contain(batch.MaxTimestamp)
            ? OutOfBounds(batch.MaxTimestamp, bounds)
            : RecordBatchVerdict.Accepted;
    }

    private static RecordBatchVerdict Records(RecordBatch batch, RecordBatchRules rules, TimestampBounds bounds)
    {
        CompressionType codec = batch.Attributes.Compression;
        if (codec == CompressionType.None) return Walk(batch, batch.RecordBytes.Span, rules, bounds);
        if (!rules.IsCompacted) return RecordBatchVerdict.Accepted;
        try
        {
            ReadOnlyMemory<byte> records = BatchCompression.Decompress(
                codec, batch.RecordBytes, RecordEnumerator.DefaultMaxDecompressedBytes);
            return Walk(batch, records.Span, rules, bounds) with { CorrectedMaxTimestampMs = null };
        }
        catch (CorruptRecordException corrupt)
        {
            return new(corrupt.Error, corrupt.Message);
        }
    }

    private static RecordBatchVerdict Walk(
        RecordBatch batch, ReadOnlySpan<byte> records, RecordBatchRules rules, TimestampBounds bounds)
    {
        (long first, long greatest, int count) = (batch.BaseTimestamp, TimestampBounds.NoTimestamp, batch.RecordCount);
        int position = 0;
        for (int index = 0; index < count; index++)
        {
            if (!RecordFields.TryRead(records, ref position, out RecordFields fields))
                return Invalid($"Record {index} of {count} does not fit its lengths.");
            if (fields.OffsetDelta != index) return Invalid($"Record {index} has offset delta {fields.OffsetDelta}.");
            if (fields.KeyLength < 0 && rules.IsCompacted)
                return Invalid($"Record {index} has no key, which a compacted topic needs.");
            long timestamp = first + fields.TimestampDelta;
            if (!bounds.Contain(timestamp)) return OutOfBounds(timestamp, bounds);
            greatest = Math.Max(greatest, timestamp);
        }

        if (position != records.Length) return Invalid($"{records.Length - position} bytes follow the last record.");
        bool isRight = greatest == batch.MaxTimestamp || rules.TimestampType == TimestampType.LogAppendTime;
        return new(ErrorCode.None, CorrectedMaxTimestampMs: isRight ? null : greatest);
    }

    private static RecordBatchVerdict OutOfBounds(long timestampMs, TimestampBounds bounds) => new(
        ErrorCode.InvalidTimestamp,
        $"Timestamp {timestampMs} is not within [{bounds.EarliestMs}, {bounds.LatestMs}].");

    private static RecordBatchVerdict Invalid(string message) => new(ErrorCode.InvalidRecord, message);
}
