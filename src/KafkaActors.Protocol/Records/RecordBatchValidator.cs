using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// What a leader checks of a client's batch before it appends it; sequences of idempotent producers are judged after
/// it, against the producer's state. Never throws on bytes of any kind.
/// <para>Of every batch: it is one whole batch, at most max.message.bytes, of magic 2, with a right CRC; base offset 0;
/// as many records as its offsets span, at least one; no control batch, no append time, no delete horizon; a known
/// codec; a base sequence and an epoch where there is a producer id, and one where it is transactional.</para>
/// <para>Of every record what <see cref="RecordWalk"/> says, at about 15 ns a record. A compressed batch is opened for
/// it, as Kafka does: its header can prove nothing of its records, because a client writes it as it likes. What each
/// codec costs stands in the README of the benchmarks. The codec's own checksums are looked at, and nothing may follow
/// or be missing. All these are INVALID_RECORD and not CORRUPT_MESSAGE: the CRC of the batch shows that the bytes are
/// as the client wrote them, so that they would be no better when it sends them again.</para>
/// </summary>
public static class RecordBatchValidator
{
    /// <summary>What a batch may decompress to when it is judged at once: a millisecond of the slowest codec.</summary>
    public const int AtOnceBytes = 256 * 1024;

    /// <summary>A larger block is not even tried at once.</summary>
    private const int MaxCompressedAtOnceBytes = AtOnceBytes / 4;

    /// <summary>
    /// Judges a batch, however long it takes: at most the time for <see cref="RecordBatchRules.MaxDecompressedBytes"/>,
    /// in the memory that a <see cref="DecompressedBlock"/> needs.
    /// </summary>
    /// <param name="bytes">What a producer sent for one partition.</param>
    /// <param name="nowMs">The leader's clock, in milliseconds since the epoch.</param>
    /// <param name="batch">The batch, unless it is refused.</param>
    public static RecordBatchVerdict Validate(
        ReadOnlyMemory<byte> bytes, RecordBatchRules rules, long nowMs, out RecordBatch batch)
    {
        RecordBatchVerdict verdict = Envelope(bytes, rules, out batch);
        if (verdict.IsAccepted)
        {
            verdict = batch.Attributes.Compression == CompressionType.None
                ? Plain(batch, batch.RecordBytes.Span, rules, nowMs)
                : Opened(batch, rules, nowMs);
        }

        if (!verdict.IsAccepted) batch = default;
        return verdict;
    }

    /// <summary>
    /// Judges a batch whose records are in <paramref name="verdict"/> after a millisecond at most. False: there is more
    /// of them, and nothing is said about it yet.
    /// </summary>
    /// <inheritdoc cref="Validate" path="/param"/>
    public static bool TryValidateAtOnce(
        ReadOnlyMemory<byte> bytes, RecordBatchRules rules, long nowMs, out RecordBatchVerdict verdict)
    {
        verdict = Envelope(bytes, rules, out RecordBatch batch);
        if (!verdict.IsAccepted) return true;
        CompressionType codec = batch.Attributes.Compression;
        ReadOnlyMemory<byte> block = batch.RecordBytes;
        if (codec != CompressionType.None && block.Length > MaxCompressedAtOnceBytes) return false;
        using var records = new BoundedBuffer(AtOnceBytes, Math.Min(AtOnceBytes, 4 * block.Length));
        try
        {
            if (codec != CompressionType.None) BatchCompression.Decompress(codec, block, records);
            ReadOnlySpan<byte> plain = codec == CompressionType.None ? block.Span : records.Written;
            verdict = Plain(batch, plain, rules, nowMs);
            return true;
        }
        catch (CorruptRecordException corrupt)
        {
            verdict = Refusal(corrupt);
            return corrupt.Error != ErrorCode.RecordListTooLarge;
        }
    }

    internal static int MaxDecompressedBytes(RecordBatchRules rules) =>
        Math.Max(rules.MaxDecompressedBytes, rules.MaxMessageBytes);

    /// <summary>Kafka's producer, told MESSAGE_TOO_LARGE, splits its batch and sends the parts.</summary>
    internal static RecordBatchVerdict Refusal(CorruptRecordException corrupt) => corrupt.Error switch
    {
        ErrorCode.RecordListTooLarge => new(ErrorCode.MessageTooLarge, corrupt.Message),
        ErrorCode.CorruptMessage => new(ErrorCode.InvalidRecord, corrupt.Message),
        _ => new(corrupt.Error, corrupt.Message),
    };

    private static RecordBatchVerdict Envelope(
        ReadOnlyMemory<byte> bytes, RecordBatchRules rules, out RecordBatch batch)
    {
        RecordBatchVerdict verdict = Whole(bytes, rules, out batch);
        return verdict.IsAccepted ? Header(batch) : verdict;
    }

    private static RecordBatchVerdict Plain(
        RecordBatch batch, ReadOnlySpan<byte> records, RecordBatchRules rules, long nowMs)
    {
        var plain = new PlainRecords(records);
        return RecordWalk.Judge(batch, ref plain, rules, nowMs);
    }

    private static RecordBatchVerdict Opened(RecordBatch batch, RecordBatchRules rules, long nowMs)
    {
        try
        {
            using var block = new DecompressedBlock(
                batch.Attributes.Compression, batch.RecordBytes, MaxDecompressedBytes(rules));
            var opened = new OpenedRecords(block);
            try
            {
                return RecordWalk.Judge(batch, ref opened, rules, nowMs);
            }
            finally
            {
                opened.Dispose();
            }
        }
        catch (CorruptRecordException corrupt)
        {
            return Refusal(corrupt);
        }
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

    private static RecordBatchVerdict Invalid(string message) => new(ErrorCode.InvalidRecord, message);
}
