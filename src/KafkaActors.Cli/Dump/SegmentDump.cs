using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Dump;

/// <summary>
/// Prints a <c>.log</c> file as Kafka's dump tool does, a line a batch, and verifies each batch's CRC, the order of
/// offsets, and that the file ends with a whole batch.
/// </summary>
internal sealed class SegmentDump(string path, DumpSettings settings) : LogFileDump
{
    private readonly BatchPrinter _printer = new(settings);

    public override void Print(ByteOutput output, ICollection<string> problems, CancellationToken stop)
    {
        using var segment = new SegmentReader(path);
        output.Line($"Log starting offset: {BaseOffsetOf(path)}");
        long nextOffset = BaseOffsetOf(path);
        foreach ((long position, RecordBatch batch) in segment.Read())
        {
            stop.ThrowIfCancellationRequested();
            if (position >= settings.MaxBytes) return;
            bool isValid = batch.IsCrcValid();
            BatchPrinter.PrintBatch(batch, position, isValid, output);
            if (!isValid) problems.Add($"{path}: the batch at position {position} does not match its CRC.");
            if (batch.BaseOffset < nextOffset)
                problems.Add($"{path}: offset {batch.BaseOffset} at position {position}, after {nextOffset - 1}.");
            nextOffset = Math.Max(nextOffset, batch.NextOffset);
            if (isValid && settings.PrintRecords) PrintRecords(batch, output, problems);
        }

        if (segment.Position < segment.Length) ReportTail(segment, output, problems);
    }

    private void PrintRecords(RecordBatch batch, ByteOutput output, ICollection<string> problems)
    {
        try
        {
            foreach (RecordView record in new RecordEnumerator(batch)) _printer.PrintRecord(batch, record, output);
        }
        catch (CorruptRecordException e)
        {
            problems.Add($"{path}: {e.Message}");
        }
    }

    private void ReportTail(SegmentReader segment, ByteOutput output, ICollection<string> problems)
    {
        long rest = segment.Length - segment.Position;
        string reason = segment.Stop switch
        {
            RecordBatchesStop.Torn => "a batch is cut off",
            RecordBatchesStop.UnsupportedMagic => "no batch of magic 2 stands there",
            _ => "a length stands there that no batch has",
        };
        output.Line($"Found {rest} invalid bytes at the end of {Path.GetFileName(path)}");
        problems.Add($"{path}: {rest} invalid bytes from position {segment.Position} on: {reason}.");
    }
}
