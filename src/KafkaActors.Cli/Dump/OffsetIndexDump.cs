using System.Buffers.Binary;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Dump;

/// <summary>
/// Prints a <c>.index</c> file and checks it: its length, the order of its entries, and that each points at the batch
/// that holds its offset. An entry is the offset relative to the segment's base and the batch's position, both int32,
/// big-endian.
/// </summary>
internal sealed class OffsetIndexDump(string path, DumpSettings settings) : LogFileDump
{
    private const int EntrySize = 2 * sizeof(int);

    public override void Print(ByteOutput output, ICollection<string> problems, CancellationToken stop)
    {
        byte[] bytes = IndexFile.Read(path, EntrySize, problems);
        long baseOffset = BaseOffsetOf(path);
        using SegmentReader? log = settings.IndexSanityCheck ? null : IndexFile.OpenLog(path);
        (long offset, int position) last = (-1, -1);
        for (int at = 0; at + EntrySize <= bytes.Length; at += EntrySize)
        {
            stop.ThrowIfCancellationRequested();
            int relativeOffset = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            int position = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + sizeof(int)));
            // Kafka allocates its indexes ahead: zeros after the first entry are room, not entries.
            if (at > 0 && relativeOffset == 0 && position == 0) break;
            long offset = baseOffset + relativeOffset;
            if (!settings.VerifyIndexOnly && !settings.IndexSanityCheck)
                output.Line($"offset: {offset} position: {position}");
            if (relativeOffset < 0 || offset <= last.offset || position <= last.position)
                problems.Add($"{path}: entry {at / EntrySize} (offset {offset}, position {position}) is out of order.");
            else if (log is not null) Check(log, offset, position, problems);
            last = (offset, position);
        }

        if (settings.IndexSanityCheck && problems.Count == 0) output.Line($"{path} passed sanity check.");
    }

    private void Check(SegmentReader log, long offset, int position, ICollection<string> problems)
    {
        foreach ((_, RecordBatch batch) in log.Read(position))
        {
            if (batch.BaseOffset <= offset && offset <= batch.LastOffset) return;
            problems.Add(
                $"{path}: index offset {offset} points at position {position}, where the log has "
                + $"offsets {batch.BaseOffset} to {batch.LastOffset}.");
            return;
        }

        problems.Add($"{path}: index offset {offset} points at position {position}, where the log has no batch.");
    }
}
