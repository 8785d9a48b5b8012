using System.Buffers.Binary;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Benchmarks.Storage;

/// <summary>
/// How fast is a log compacted? Records of 100 bytes in batches of 16 KiB, with one key to ten records, at random; all
/// of the log is new. The rate counts each byte of the log once, though both passes read it. Shown as
/// well: the same for each second of processor time, what the key map took, and what was allocated besides.
/// </summary>
internal static class CleanerBenchmark
{
    private const long LogBytes = 1_000_000_000;
    private const int BatchBytes = 16 * 1024;
    private const int SegmentBytes = 128 << 20;
    private const int KeyBytes = 8;
    private const int ValueBytes = 84;
    private const int RecordBytes = 100;
    private const int Seed = 20261124;
    private const long KeyMapBytes = 128 << 20;
    private const double KeyMapLoadFactor = 0.9;

    private static readonly LeaderEpoch Epoch = new(0);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        List<double> rates = [];
        List<double> processorRates = [];
        for (int round = 0; round <= options.Rounds; round++)
        {
            Round done = await Clean(options).ConfigureAwait(false);
            if (round == 0) continue;
            rates.Add(done.Use.GigabytesPerSecond(done.Bytes) * 1000);
            processorRates.Add(done.Use.GigabytesPerProcessorSecond(done.Bytes) * 1000);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {done.Bytes / 1e6:F0} MB in {done.Use.Elapsed.TotalSeconds:F2} s, "
                + $"{rates[^1]:F0} MB/s, {processorRates[^1]:F0} MB a processor second; "
                + $"{done.Report.BytesAfter / 1e6:F0} MB and "
                + $"{done.Report.RecordsKept} records left of {done.Report.RecordsKept + done.Report.RecordsRemoved}; "
                + $"key map {done.MapBytes / 1e6:F0} MB, allocated {done.Allocated / 1e6:F1} MB"))
                .ConfigureAwait(false);
        }

        await output.WriteLineAsync($"compaction, MB/s: {Statistics.Of(rates).ToString("F0")}").ConfigureAwait(false);
        await output.WriteLineAsync(
            $"compaction, MB a second of processor time: {Statistics.Of(processorRates).ToString("F0")}")
            .ConfigureAwait(false);
    }

    private static async Task<Round> Clean(BenchmarkOptions options)
    {
        using WorkDirectory work = new(options);
        LogDirectory directory = LogDirectory.Open(
            new LogDirectoryOptions { Path = work.Combine("data"), NodeId = new NodeId(1) });
        await using (directory.ConfigureAwait(false))
        {
            LogConfig config = new()
            {
                CleanupPolicy = CleanupPolicy.Compact, SegmentBytes = SegmentBytes, MinCleanableDirtyRatio = 0,
            };
            PartitionLog log = directory.OpenLog(new TopicPartition("bench", 0), TopicId.NewRandom(), config);
            Fill(log, (int)Math.Max(1_000, options.Scaled(LogBytes) / RecordBytes));
            log.State.Flusher.Flush(includeActive: true);
            CleaningPlan plan = log.PlanCleaning(TimeProvider.System.GetUtcNow())!;
            var cleaner = new LogCleaner(
                KeyMapBytes, KeyMapLoadFactor, new IoThrottle(double.MaxValue, TimeProvider.System));
            CleaningReport? report = null;
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            ProcessorUse use = ProcessorUse.Of(() => report = cleaner.Clean(plan, CancellationToken.None));
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated - cleaner.KeyMapBytes;
            if (report is not { IsComplete: true }) throw new InvalidOperationException("the log was not compacted");
            return new Round(use, plan.DirtyBytes, report, cleaner.KeyMapBytes, allocated);
        }
    }

    /// <summary>Appends, and seals what was appended.</summary>
    private static void Fill(PartitionLog log, int records)
    {
        WriterToken token = log.TakeWriter(ReplicaRole.Leader, Epoch);
        var random = new Random(Seed);
        var builder = new RecordBatchBuilder(BatchBytes);
        byte[] key = new byte[KeyBytes];
        byte[] value = SampleBatch.Value(ValueBytes);
        for (int i = 0; i < records; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, random.Next(records / 10));
            while (!builder.TryAppend(1_700_000_000_000 + i, key, value)) Append(log, token, builder);
        }

        Append(log, token, builder);
        log.UpdateConfig(log.Config with { SegmentBytes = 1 });
        builder.TryAppend(1_700_000_000_000 + records, key, value);
        Append(log, token, builder);
        log.AdvanceHighWatermark(token, log.LogEndOffset);
        log.UpdateConfig(log.Config with { SegmentBytes = SegmentBytes });
    }

    private static void Append(PartitionLog log, WriterToken token, RecordBatchBuilder builder)
    {
        byte[] bytes = builder.Build();
        RecordBatchPatcher.AssignOffsets(bytes, log.LogEndOffset, Epoch);
        if (!RecordBatch.TryRead(bytes, out RecordBatch batch)) throw new InvalidOperationException("no batch");
        LogAppendResult result = log.Append(token, batch, crcVerified: true);
        if (!result.IsAppended) throw new InvalidOperationException($"append: {result.Error}");
    }

    private sealed record Round(ProcessorUse Use, long Bytes, CleaningReport Report, long MapBytes, long Allocated);
}
