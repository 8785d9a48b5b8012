using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>What tests do to a compacted log, whatever disk it is on.</summary>
internal static class CompactedLog
{
    public static readonly LogConfig Config = LogConfig.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact,
        SegmentBytes = 300,
        IndexIntervalBytes = 100,
        MinCleanableDirtyRatio = 0,
        ProducerLimits = ProducerStateLimits.None,
        FileDeleteDelay = TimeSpan.Zero,
    };

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);

    /// <summary>Appends a batch at the log end and commits it; its base offset.</summary>
    public static long Append(PartitionLog log, WriterToken writer, KeyedBatch batch)
    {
        batch = batch with { BaseOffset = log.LogEndOffset, Epoch = writer.LeaderEpoch.Value };
        Assert.That(log.Append(writer, batch.Build()).Error, Is.EqualTo(ErrorCode.None));
        log.AdvanceHighWatermark(writer, log.LogEndOffset);
        return batch.BaseOffset;
    }

    public static long Append(this TemporaryLog log, KeyedBatch batch) => Append(log.Log, log.Writer, batch);

    public static long Append(this TemporaryLog log, string? key, string? value) =>
        log.Append(new KeyedBatch((key, value)));

    /// <summary>Fills the active segment, so that all that was appended before is sealed.</summary>
    public static void Seal(this TemporaryLog log)
    {
        long end = log.Log.LogEndOffset;
        while (log.Log.View.Segments[^1].BaseOffset < end) log.Append("filler", new string('x', 100));
    }

    public static LogCleaner Cleaner(long keys = 10_000) => new(
        (keys + 1) * KeyOffsetMap.EntryBytes, 1, new IoThrottle(double.MaxValue, TimeProvider.System));

    /// <summary>Flushes and compacts what can be.</summary>
    public static CleaningReport Clean(PartitionLog log, DateTimeOffset? now = null, LogCleaner? cleaner = null)
    {
        log.State.Flusher.Flush(includeActive: true);
        CleaningPlan? plan = log.PlanCleaning(now ?? Now);
        Assert.That(plan, Is.Not.Null);
        CleaningReport? report = (cleaner ?? Cleaner()).Clean(plan!, CancellationToken.None);
        Assert.That(report, Is.Not.Null);
        return report!;
    }

    public static CleaningReport Clean(this TemporaryLog log, DateTimeOffset? now = null, LogCleaner? cleaner = null) =>
        Clean(log.Log, now, cleaner);

    /// <summary>Every record from an offset on, as a consumer that follows the log's answers gets them.</summary>
    public static List<ReadRecord> Records(PartitionLog log, long? from = null)
    {
        var found = new List<ReadRecord>();
        long start = from ?? log.LogStartOffset;
        foreach (RecordBatch batch in RecordBatches.Enumerate(LogBytes.Read(log, start), verifyCrc: true))
        {
            foreach (RecordView record in batch.Records())
            {
                if (record.Offset < start) continue;
                found.Add(new ReadRecord(record.Offset, record.TimestampMs, Text(record.Key), Text(record.Value)));
            }
        }
        return found;
    }

    /// <summary>Key and value of every record that is left, but the fillers.</summary>
    public static IEnumerable<string> Lines(this TemporaryLog log) =>
        Records(log.Log).Where(record => record.Key != "filler")
            .Select(record => $"{record.Offset} {record.Key}={record.Value ?? "null"}");

    /// <summary>What a consumer that reads everything holds in the end.</summary>
    public static Dictionary<string, string> Replay(IEnumerable<ReadRecord> records)
    {
        var state = new Dictionary<string, string>();
        foreach (ReadRecord record in records)
        {
            if (record.Key is not { } key) continue;
            if (record.Value is { } value) state[key] = value;
            else state.Remove(key);
        }
        return state;
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } field ? Encoding.UTF8.GetString(field.Span) : null;
}
