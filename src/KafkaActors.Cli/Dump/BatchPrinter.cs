using System.Buffers;
using System.Globalization;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Dump;

/// <summary>Words batches and records as Kafka's dump tool does, so that scripts read these too.</summary>
internal sealed class BatchPrinter(DumpSettings settings)
{
    public static void PrintBatch(RecordBatch batch, long position, bool isValid, ByteOutput output)
    {
        RecordBatchAttributes attributes = batch.Attributes;
        int lastSequence = batch.HasProducerId
            ? (int)((batch.BaseSequence + (long)batch.LastOffsetDelta) & int.MaxValue)
            : -1;
        string deleteHorizon = attributes.HasDeleteHorizon
            ? $"OptionalLong[{batch.BaseTimestamp}]"
            : "OptionalLong.empty";
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"baseOffset: {batch.BaseOffset} lastOffset: {batch.LastOffset} count: {batch.RecordCount} "
            + $"baseSequence: {batch.BaseSequence} lastSequence: {lastSequence} producerId: {batch.ProducerId} "
            + $"producerEpoch: {batch.ProducerEpoch} partitionLeaderEpoch: {batch.PartitionLeaderEpoch.Value} "
            + $"isTransactional: {Word(attributes.IsTransactional)} isControl: {Word(attributes.IsControl)} "
            + $"deleteHorizonMs: {deleteHorizon} position: {position} {attributes.TimestampType}: {batch.MaxTimestamp} "
            + $"size: {batch.SizeInBytes} magic: {batch.Magic} compresscodec: {Codec(attributes.Compression)} "
            + $"crc: {batch.Crc} isvalid: {Word(isValid)}"));
    }

    public void PrintRecord(RecordBatch batch, in RecordView record, ByteOutput output)
    {
        if (!settings.SkipRecordMetadata) PrintMetadata(batch, record, output);
        if (batch.Attributes.IsControl) PrintMarker(record, output);
        else if (settings.PrintPayload) PrintPayload(record, output);
        output.Write("\n"u8);
        output.FlushIfFull();
    }

    private static void PrintMetadata(RecordBatch batch, in RecordView record, ByteOutput output)
    {
        int sequence = batch.HasProducerId
            ? (int)((batch.BaseSequence + (long)record.OffsetDelta) & int.MaxValue)
            : -1;
        output.Text(string.Create(
            CultureInfo.InvariantCulture,
            $"| offset: {record.Offset} {batch.Attributes.TimestampType}: {record.TimestampMs} "
            + $"keySize: {record.Key?.Length ?? -1} valueSize: {record.Value?.Length ?? -1} sequence: {sequence} "
            + $"headerKeys: [{string.Join(',', record.Headers.ToArray().Select(header => header.Key))}]"));
    }

    private static void PrintMarker(in RecordView record, ByteOutput output)
    {
        output.Text(EndTransactionMarker.TryRead(record, out EndTransactionMarker marker)
            ? $" endTxnMarker: {(marker.Type == ControlRecordType.Commit ? "COMMIT" : "ABORT")}"
                + $" coordinatorEpoch: {marker.CoordinatorEpoch.Value}"
            : " controlType: unknown");
    }

    private static void PrintPayload(in RecordView record, ByteOutput output)
    {
        if (record.Key is { } key)
        {
            output.Write(" key: "u8);
            output.Write(key.Span);
        }

        output.Write(" payload: "u8);
        output.Write(record.Value is { } value ? value.Span : "null"u8);
    }

    private static string Word(bool value) => value ? "true" : "false";

    private static string Codec(CompressionType codec) => codec switch
    {
        CompressionType.None => "none",
        CompressionType.Gzip => "gzip",
        CompressionType.Snappy => "snappy",
        CompressionType.Lz4 => "lz4",
        CompressionType.Zstd => "zstd",
        _ => ((int)codec).ToString(CultureInfo.InvariantCulture),
    };
}
