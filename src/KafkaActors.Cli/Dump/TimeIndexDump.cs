using System.Buffers.Binary;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Dump;

/// <summary>
/// Prints a <c>.timeindex</c> file and checks it: its length, that timestamps and offsets rise, and that no record up
/// to an entry's offset has a greater timestamp than the entry says. An entry is an int64 timestamp and the int32
/// offset relative to the segment's base, big-endian.
/// </summary>
internal sealed class TimeIndexDump(string path, DumpSettings settings) : LogFileDump
{
    private const int EntrySize = sizeof(long) + sizeof(int);

    public override void Print(ByteOutput output, ICollection<string> problems, CancellationToken stop)
    {
        byte[] bytes = IndexFile.Read(path, EntrySize, problems);
        long baseOffset = BaseOffsetOf(path);
        var entries = new List<Entry>();
        for (int at = 0; at + EntrySize <= bytes.Length; at += EntrySize)
        {
            long timestamp = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
            int relativeOffset = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + sizeof(long)));
            if (at > 0 && timestamp == 0 && relativeOffset == 0) break;
            var entry = new Entry(timestamp, baseOffset + relativeOffset);
            if (!settings.VerifyIndexOnly && !settings.IndexSanityCheck)
                output.Line($"timestamp: {entry.TimestampMs} offset: {entry.Offset}");
            if (entries.Count > 0 && (timestamp < entries[^1].TimestampMs || entry.Offset < entries[^1].Offset))
                problems.Add($"{path}: entry {at / EntrySize} ({timestamp}, offset {entry.Offset}) is out of order.");
            entries.Add(entry);
        }

        if (!settings.IndexSanityCheck) Check(entries, problems, stop);
        else if (problems.Count == 0) output.Line($"{path} passed sanity check.");
    }

    private void Check(List<Entry> entries, ICollection<string> problems, CancellationToken stop)
    {
        using SegmentReader log = IndexFile.OpenLog(path);
        long greatest = long.MinValue;
        int next = 0;
        foreach ((_, RecordBatch batch) in log.Read())
        {
            stop.ThrowIfCancellationRequested();
            for (; next < entries.Count && entries[next].Offset < batch.BaseOffset; next++)
                CheckEntry(entries[next], greatest, problems);
            greatest = Math.Max(greatest, batch.MaxTimestamp);
        }

        for (; next < entries.Count; next++) CheckEntry(entries[next], greatest, problems);
    }

    private void CheckEntry(Entry entry, long greatest, ICollection<string> problems)
    {
        if (entry.TimestampMs == greatest) return;
        problems.Add(
            $"{path}: index timestamp {entry.TimestampMs} for offset {entry.Offset}, where the log has {greatest}.");
    }

    private readonly record struct Entry(long TimestampMs, long Offset);
}
