using System.Text;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.Storage.Cleaning;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Dump;

/// <summary>Dumps of a log that was compacted: gaps, batches without records, delete horizons.</summary>
internal sealed class CompactedLogDumpTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);
    private static readonly LogConfig Config = LogConfig.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact, SegmentBytes = 400, IndexIntervalBytes = 100, MinCleanableDirtyRatio = 0,
    };

    [Test]
    public async Task A_compacted_log_is_printed_and_found_in_order([Values] CompressionType compression)
    {
        using var directory = new TempDirectory();
        await Write(directory.Path, compression);
        string[] ofLog = [.. Directory.GetFiles(Path.Combine(directory.Path, "test-0"))
            .Where(path => Path.GetExtension(path) is ".log" or ".index" or ".timeindex" or ".snapshot").Order()];

        ToolRun run = await ToolRun.OfAsync("dump-log", "--print-data-log", "--files", string.Join(',', ofLog));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success), run.Error);
        Assert.That(run.Error, Is.Empty);
        string[] batches = [.. run.OutputLines.Where(line => line.StartsWith("baseOffset", StringComparison.Ordinal))];
        Assert.That(batches, Has.All.EndsWith("isvalid: true"));
        Assert.That(batches[0], Does.StartWith(
            "baseOffset: 2 lastOffset: 3 count: 0 baseSequence: 2 lastSequence: 3 producerId: 7 producerEpoch: 0"));
        Assert.That(batches[1], Does.Contain("baseOffset: 4 lastOffset: 6 count: 2").And.Contain(
            $"deleteHorizonMs: OptionalLong[{(Now + TimeSpan.FromDays(1)).ToUnixTimeMilliseconds()}]"));
        Assert.That(run.OutputLines, Has.Some.StartsWith("| offset: 4 CreateTime: 3000 keySize: 1 valueSize: -1"));
        Assert.That(run.OutputLines, Has.Some.EndsWith("key: b payload: 2"));
        Assert.That(run.OutputLines, Has.None.EndsWith("payload: old"));
    }

    private static async Task Write(string path, CompressionType compression)
    {
        LogDirectory directory = LogDirectory.Open(new LogDirectoryOptions { Path = path, NodeId = new NodeId(1) });
        await using (directory.ConfigureAwait(false))
        {
            PartitionLog log = directory.OpenLog(new TopicPartition("test", 0), TopicId.NewRandom(), Config);
            WriterToken writer = log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0));
            Append(log, writer, 1_000, compression, 0, ("a", "old"), ("b", "old"));
            Append(log, writer, 2_000, compression, 2, ("a", "old"), ("b", "old"));
            Append(log, writer, 3_000, compression, null, ("a", null), ("b", "old"), ("b", "2"));
            for (int i = 0; i < 6; i++) Append(log, writer, 4_000 + i, compression, null, ("c", new string('c', 80)));
            log.AdvanceHighWatermark(writer, log.LogEndOffset);
            // Sealed segments are flushed on another thread, and compacted once they are.
            await Eventually.That(() => log.PlanCleaning(Now)!.EndOffset, Is.GreaterThan(7)).ConfigureAwait(false);
            var cleaner = new LogCleaner(1 << 20, 0.9, new IoThrottle(double.MaxValue, TimeProvider.System));
            Assert.That(cleaner.Clean(log.PlanCleaning(Now)!, CancellationToken.None)?.IsComplete, Is.True);
        }
    }

    private static void Append(
        PartitionLog log,
        WriterToken writer,
        long timestampMs,
        CompressionType compression,
        int? sequence,
        params (string Key, string? Value)[] records)
    {
        var builder = new RecordBatchBuilder(1 << 20, compression);
        foreach ((string key, string? value) in records)
        {
            builder.TryAppend(
                timestampMs,
                Encoding.UTF8.GetBytes(key),
                value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value));
        }

        byte[] bytes = builder.Build(
            sequence is { } first ? new ProducerSequence(7, 0, first) : ProducerSequence.None);
        RecordBatchPatcher.AssignOffsets(bytes, log.LogEndOffset, new LeaderEpoch(0));
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        Assert.That(log.Append(writer, batch).Error, Is.EqualTo(ErrorCode.None));
    }
}
