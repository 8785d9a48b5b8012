using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Benchmarks.Storage;

/// <summary>
/// What does the log add to bare writes? Batches of 16 KiB go to a PartitionLog, and the same blocks with
/// RandomAccess.Write to a new, growing file, in turn in the same run; processor time is compared, since the disk and
/// the page cache make the clock swing. The bare file is never synced, a log that rolls syncs what it seals: that is
/// shown apart. Then the CRC alone, and reading what was sealed.
/// </summary>
internal static class LogBenchmark
{
    private const int BatchBytes = 16 * 1024;
    private const long RoundBytes = 1L << 30;
    private const int ReadBytes = 1 << 20;
    private const int WholeSegment = int.MaxValue;
    private const int SmallSegment = 128 << 20;
    private const string Plain = "append";
    private const string Checked = "append with its CRC checked there";
    private const string Rolling = "append with a roll and an fsync every 128 MiB";

    private static readonly TopicPartition Name = new("bench", 0);
    private static readonly LeaderEpoch Epoch = new(0);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        byte[] batch = SampleBatch.Of(BatchBytes);
        int batches = (int)Math.Max(1, options.Scaled(RoundBytes) / batch.Length);
        Dictionary<string, List<double>> ratios = new() { [Plain] = [], [Checked] = [], [Rolling] = [] };
        List<double> reads = [];
        for (int round = 0; round <= options.Rounds; round++)
        {
            ProcessorUse bare = Bare(options, batch, batches);
            (ProcessorUse plain, _) = await Log(options, batch, batches, true, WholeSegment).ConfigureAwait(false);
            (ProcessorUse check, _) = await Log(options, batch, batches, false, WholeSegment).ConfigureAwait(false);
            (ProcessorUse roll, double readRate) = await Log(options, batch, batches, true, SmallSegment)
                .ConfigureAwait(false);
            if (round == 0) continue;
            ratios[Plain].Add(plain.Processor / bare.Processor);
            ratios[Checked].Add(check.Processor / bare.Processor);
            ratios[Rolling].Add(roll.Processor / bare.Processor);
            reads.Add(readRate);
            await output.WriteLineAsync(
                $"round {round}: bare {Text(bare, batches)}; log {Text(plain, batches)}; CRC checked "
                + $"{Text(check, batches)}; rolling {Text(roll, batches)}").ConfigureAwait(false);
        }

        foreach ((string what, List<double> values) in ratios)
            await output.WriteLineAsync($"processor time, {what} / bare write: {Statistics.Of(values).ToString("F2")}")
                .ConfigureAwait(false);
        await output.WriteLineAsync($"CRC-32C of 16 KiB, GB/s: {Statistics.Of(Crc(options, batch)).ToString("F1")}")
            .ConfigureAwait(false);
        await output.WriteLineAsync($"sealed reads from the page cache, GB/s: {Statistics.Of(reads).ToString("F1")}")
            .ConfigureAwait(false);
    }

    private static string Text(ProcessorUse use, int batches) => string.Create(
        CultureInfo.InvariantCulture,
        $"{use.Processor.TotalMicroseconds / batches:F1} us a batch ({use.Kernel / use.Processor * 100:F0} % kernel, "
        + $"{use.Elapsed.TotalSeconds:F2} s)");

    private static ProcessorUse Bare(BenchmarkOptions options, byte[] batch, int batches)
    {
        using WorkDirectory directory = new(options);
        using SafeFileHandle file = File.OpenHandle(
            directory.Combine("bare"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        return ProcessorUse.Of(() =>
        {
            long position = 0;
            for (int i = 0; i < batches; i++, position += batch.Length) RandomAccess.Write(file, batch, position);
        });
    }

    private static async Task<(ProcessorUse Append, double ReadRate)> Log(
        BenchmarkOptions options, byte[] batch, int batches, bool crcVerified, int segmentBytes)
    {
        using WorkDirectory work = new(options);
        LogDirectory directory = LogDirectory.Open(
            new LogDirectoryOptions { Path = work.Combine("data"), NodeId = new NodeId(1) });
        await using (directory.ConfigureAwait(false))
        {
            LogConfig config = new() { SegmentBytes = segmentBytes };
            PartitionLog log = directory.OpenLog(Name, TopicId.NewRandom(), config);
            WriterToken token = log.TakeWriter(ReplicaRole.Leader, Epoch);
            ProcessorUse use = ProcessorUse.Of(() => Append(log, token, batch, batches, crcVerified));
            // Once to verify the sealed segments, as the first reader after an open does; then what is measured.
            ReadAll(log);
            ProcessorUse read = ProcessorUse.Of(() => ReadAll(log));
            return (use, read.GigabytesPerSecond((long)batch.Length * batches));
        }
    }

    private static void Append(PartitionLog log, WriterToken token, byte[] batch, int batches, bool crcVerified)
    {
        if (!RecordBatch.TryRead(batch, out RecordBatch view)) throw new InvalidOperationException("no batch");
        for (int i = 0; i < batches; i++)
        {
            RecordBatchPatcher.AssignOffsets(batch, log.LogEndOffset, Epoch);
            LogAppendResult result = log.Append(token, view, crcVerified);
            if (!result.IsAppended) throw new InvalidOperationException($"append: {result.Error}");
        }
    }

    private static void ReadAll(PartitionLog log)
    {
        byte[] buffer = new byte[ReadBytes];
        for (long offset = 0; offset < log.LogEndOffset;)
        {
            using LogReadResult result = log.Read(offset, long.MaxValue, buffer.Length, atLeastOneBatch: false);
            if (result.IsEmpty) throw new InvalidOperationException($"read at {offset}: {result.Error}");
            result.CopyTo(buffer);
            offset = result.NextOffset;
        }
    }

    private static IEnumerable<double> Crc(BenchmarkOptions options, byte[] batch)
    {
        int times = (int)options.Scaled(200_000);
        uint all = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            ProcessorUse use = ProcessorUse.Of(() =>
            {
                for (int i = 0; i < times; i++) all ^= Crc32C.Compute(batch);
            });
            yield return use.GigabytesPerSecond((long)times * batch.Length) + (all == 1 ? 1e-12 : 0);
        }
    }
}
