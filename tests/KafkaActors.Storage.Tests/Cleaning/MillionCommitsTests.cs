using System.Buffers.Binary;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>The life of a partition of <c>__consumer_offsets</c>: few keys, written again and again.</summary>
public sealed class MillionCommitsTests
{
    private const int Commits = 1_000_000;
    private const int CommitsInBatch = 20;
    private const int Keys = 500;
    private const int Seed = 20_261_125;
    private const int SegmentBytes = 1 << 20;

    private static readonly LogConfig Config = LogConfig.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact, SegmentBytes = SegmentBytes, FileDeleteDelay = TimeSpan.Zero,
    };

    [Test]
    public async Task The_offsets_of_groups_stay_small_under_a_million_commits()
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var disk = new SimulatedFileSystem();
        await using var log = new SimulatedLog(disk, Config);
        long[] committed = new long[Keys];
        LogCleaner cleaner = CompactedLog.Cleaner(Keys);
        long greatest = 0;
        for (int commits = 0; commits < Commits; commits += CommitsInBatch)
        {
            Commit(log, random, committed, commits);
            if (commits % 10_000 != 0) continue;
            greatest = Math.Max(greatest, Size(log.Log));
            log.Log.State.Flusher.Flush(includeActive: true);
            if (log.Log.PlanCleaning(DateTimeOffset.UnixEpoch) is not { IsDue: true } plan) continue;
            Assert.That(cleaner.Clean(plan, CancellationToken.None)?.IsComplete, Is.True);
        }
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(Commits));
        // The active segment, as much that is dirty as the ratio allows, and what one look's commits add.
        Assert.That(greatest, Is.LessThan(4 * SegmentBytes));
        await using var again = new SimulatedLog(disk.Kill(), Config);
        Assert.That(Replay(again.Log), Is.EqualTo(committed));
    }

    private static void Commit(SimulatedLog log, Random random, long[] committed, int offset)
    {
        var builder = new RecordBatchBuilder(1 << 16);
        for (int i = 0; i < CommitsInBatch; i++)
        {
            int key = random.Next(Keys);
            committed[key] = offset + i;
            byte[] keyBytes = new byte[40];
            BinaryPrimitives.WriteInt32BigEndian(keyBytes, key);
            byte[] value = new byte[30];
            BinaryPrimitives.WriteInt64BigEndian(value, committed[key]);
            builder.TryAppend(1_000 + offset, keyBytes, value);
        }
        byte[] bytes = builder.Build();
        RecordBatchPatcher.AssignOffsets(bytes, offset, log.Writer.LeaderEpoch);
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        log.Log.Append(log.Writer, batch);
        log.Log.AdvanceHighWatermark(log.Writer, log.Log.LogEndOffset);
    }

    private static long Size(PartitionLog log) => log.View.Segments.Sum(segment => segment.Size);

    private static long[] Replay(PartitionLog log)
    {
        long[] committed = new long[Keys];
        foreach (RecordBatch batch in RecordBatches.Enumerate(LogBytes.Read(log), verifyCrc: true))
        {
            foreach (RecordView record in batch.Records())
            {
                int key = BinaryPrimitives.ReadInt32BigEndian(record.Key!.Value.Span);
                committed[key] = BinaryPrimitives.ReadInt64BigEndian(record.Value!.Value.Span);
            }
        }
        return committed;
    }
}
