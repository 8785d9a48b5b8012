using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>Logs in which offsets are missing, and those in which none may.</summary>
public sealed class GapTests
{
    [Test]
    public async Task A_log_once_compacted_stays_readable_under_every_policy([Values] bool killed)
    {
        await using var log = Compacted();
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        log.Config = log.Config with { CleanupPolicy = CleanupPolicy.Delete };
        log.Log.UpdateConfig(log.Config);
        Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(all));
        if (killed) await log.Kill();
        else await log.Close();
        log.Open();
        Assert.That((log.Log.Failure, log.Log.Recovery.HasCut), Is.EqualTo(((LogFailure?)null, false)));
        for (long from = 0; from < log.Log.LogEndOffset; from++)
            Assert.That(CompactedLog.Records(log.Log, from), Is.EqualTo(all.Where(record => record.Offset >= from)));
        log.Append("b", "1");
        await log.Reopen();
        Assert.That(CompactedLog.Records(log.Log), Has.Count.EqualTo(all.Count + 1));
    }

    [Test]
    public async Task A_log_once_compacted_is_recovered_from_any_recovery_point_under_every_policy()
    {
        await using var log = Compacted();
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        await log.CloseWithoutMarker();
        log.Config = log.Config with { CleanupPolicy = CleanupPolicy.Delete };
        string checkpoint = Path.Combine(log.Root, LogFileNames.RecoveryPoints);
        for (long point = 0; point <= all[^1].Offset + 1; point += 3)
        {
            File.WriteAllText(checkpoint, $"0\n1\nevents 0 {point}\n");
            log.Open();
            Assert.That(log.Log.Failure, Is.Null, $"{point}");
            Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(all), $"{point}");
            await log.CloseWithoutMarker();
        }
        log.Open();
    }

    [Test]
    public async Task Where_it_cannot_be_known_that_no_offset_is_missing_none_is_missed()
    {
        await using var log = Compacted();
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        await log.CloseWithoutMarker();
        log.Config = log.Config with { CleanupPolicy = CleanupPolicy.Delete };
        File.WriteAllText(Path.Combine(log.Root, LogFileNames.FirstDirtyOffsets), "0\n1\nevents 0 4");
        log.Open();
        Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(all));
        await log.Reopen();
        Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(all), "and it is known from then on");
    }

    [Test]
    public async Task In_a_log_never_compacted_a_missing_offset_is_corruption()
    {
        await using var log = Compacted();
        await log.Close();
        log.Config = log.Config with { CleanupPolicy = CleanupPolicy.Delete };
        File.Delete(Path.Combine(log.Root, LogFileNames.FirstDirtyOffsets));
        log.Open();
        using LogReadResult read = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        Assert.That(read.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(log.TakeDamages(), Is.Not.Empty.And.All.Property("Kind").EqualTo(LogDamageKind.Rotten));
    }

    [Test]
    public async Task A_follower_copies_the_gaps_of_its_leader_whatever_the_policy_is_by_now([Values] bool killed)
    {
        await using var leader = Compacted();
        await using var log = new TemporaryLog(CompactedLog.Config with { CleanupPolicy = CleanupPolicy.Delete });
        WriterToken follower = log.Log.TakeWriter(ReplicaRole.Follower, new LeaderEpoch(0));
        foreach (RecordBatch batch in RecordBatches.Enumerate(leader.ReadAll()))
            Assert.That(log.Log.Append(follower, batch).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(leader.Log.LogEndOffset));
        Assert.That(log.ReadAll(), Is.EqualTo(leader.ReadAll()));
        if (killed) await log.Kill();
        else await log.Close();
        log.Open();
        Assert.That(log.Log.Recovery.HasCut, Is.False);
        Assert.That(log.ReadAll(), Is.EqualTo(leader.ReadAll()));
    }

    [Test]
    public async Task A_leader_leaves_no_gap()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        RecordBatch batch = new KeyedBatch(("a", "1")) { BaseOffset = 1 }.Build();
        Assert.That(log.Log.Append(log.Writer, batch).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_gap_too_wide_for_an_index_begins_a_segment()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        WriterToken follower = log.Log.TakeWriter(ReplicaRole.Follower, new LeaderEpoch(0));
        long far = 3L * int.MaxValue;
        foreach (long offset in new[] { far, far + 1, 2 * far })
        {
            RecordBatch batch = new KeyedBatch(("a", $"{offset}")) { BaseOffset = offset }.Build();
            Assert.That(log.Log.Append(follower, batch).Error, Is.EqualTo(ErrorCode.None));
        }
        foreach (bool reopened in new[] { false, true })
        {
            if (reopened) await log.Reopen();
            Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((0L, 2 * far + 1)));
            IEnumerable<long> offsets = CompactedLog.Records(log.Log).Select(record => record.Offset);
            Assert.That(offsets, Is.EqualTo(new[] { far, far + 1, 2 * far }));
        }
    }

    [Test]
    public async Task A_cut_in_a_gap_ends_the_log_where_the_next_start_finds_its_end()
    {
        await using var log = Compacted();
        long end = log.Log.LogEndOffset;
        List<ReadRecord> all = CompactedLog.Records(log.Log);
        await log.Close();
        string[] files = log.Files("");
        Dictionary<string, byte[]> saved = files.ToDictionary(path => path, File.ReadAllBytes);
        for (long cut = 0; cut <= end; cut++)
        {
            foreach (string file in log.Files("")) File.Delete(file);
            foreach ((string path, byte[] bytes) in saved) File.WriteAllBytes(path, bytes);
            log.Open();
            log.Lead(log.Log.LatestEpoch!.Value.Value + 1);
            Assert.That(log.Log.TruncateTo(log.Writer, cut), Is.EqualTo(ErrorCode.None));
            long ended = log.Log.LogEndOffset;
            Assert.That(ended, Is.LessThanOrEqualTo(cut));
            IEnumerable<ReadRecord> kept = all.Where(record => record.Offset < ended);
            Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(kept), $"cut at {cut}");
            await log.Reopen();
            Assert.That((log.Log.Failure, log.Log.LogEndOffset), Is.EqualTo(((LogFailure?)null, ended)), $"{cut}");
            Assert.That(CompactedLog.Records(log.Log), Is.EqualTo(kept), $"cut at {cut}, reopened");
            await log.CloseWithoutMarker();
            File.WriteAllText(Path.Combine(log.Root, LogFileNames.RecoveryPoints), $"0\n1\nevents 0 {end}\n");
        }
        foreach (string file in log.Files("")) File.Delete(file);
        foreach ((string path, byte[] bytes) in saved) File.WriteAllBytes(path, bytes);
        log.Open();
    }

    [Test]
    public async Task Times_are_found_though_the_batch_of_the_greatest_has_no_record_any_more()
    {
        await using var log = new TemporaryLog(CompactedLog.Config);
        var producer = new ProducerSequence(7, 0, 0);
        log.Append(new KeyedBatch(("b", "1")) { Timestamp = 2_000 });
        log.Append(new KeyedBatch(("a", "1")) { Timestamp = 9_000, Producer = producer });
        log.Append(new KeyedBatch(("a", "2")) { Timestamp = 3_000 });
        log.Seal();
        log.Clean();
        Assert.That(log.Log.MaxTimestamp(), Is.EqualTo(new TimestampOffset(3_000, 2, new LeaderEpoch(0))));
        Assert.That(log.Log.LookupTimestamp(2_001)?.Offset, Is.EqualTo(2));
        Assert.That(log.Log.LookupTimestamp(3_001), Is.Null);
    }

    /// <summary>A log of several segments in which most offsets are missing.</summary>
    private static TemporaryLog Compacted()
    {
        var log = new TemporaryLog(
            CompactedLog.Config with { SegmentBytes = 250, FileDeleteDelay = TimeSpan.FromDays(1) });
        for (int i = 0; i < 24; i++) log.Append(new KeyedBatch(($"k{i % 7}", $"{i}"), ("z", $"{i}")));
        log.Seal();
        log.Clean();
        Assert.That(log.Log.View.Segments, Has.Length.GreaterThan(3));
        return log;
    }
}
