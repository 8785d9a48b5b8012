using KafkaActors.Protocol;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>Files that rot, shrink or vanish between two lives of a log: made anew or refused.</summary>
public sealed class DamagedFileTests
{
    private const int BatchBytes = 101;
    private static readonly LogConfig Small = LogConfig.Default with { SegmentBytes = 4 * BatchBytes };

    [Test]
    public async Task A_flipped_bit_anywhere_in_the_identity_of_a_partition_never_makes_it_another_topics()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(3);
        byte[] all = log.ReadAll();
        await log.Close();
        string file = Path.Combine(log.LogPath, LogFileNames.PartitionMetadata);
        byte[] good = File.ReadAllBytes(file);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            File.WriteAllBytes(file, Flip(good, bit));
            await using LogDirectory directory = LogDirectory.Open(log.Options);
            Assert.That(directory.Find().Single().TopicId, Is.Null.Or.EqualTo(TemporaryLog.Id), $"bit {bit}");
            try
            {
                PartitionLog opened = directory.OpenLog(TemporaryLog.Name, TemporaryLog.Id, LogConfig.Default);
                Assert.That(LogBytes.Read(opened), Is.EqualTo(all), $"bit {bit}");
            }
            catch (LogDirectoryException e)
            {
                Assert.That(e.Message, Does.Contain(LogFileNames.PartitionMetadata), $"bit {bit}");
                Assert.That(e.Message, Does.Not.Contain("\n"));
            }
        }
        File.WriteAllBytes(file, good);
        log.Open();
        Assert.That(log.ReadAll(), Is.EqualTo(all));
    }

    [Test]
    public async Task A_flipped_bit_anywhere_in_the_identity_of_a_directory_is_refused_or_harmless()
    {
        await using var log = new TemporaryLog();
        log.Directory.SaveMeta(log.Directory.Meta with { ClusterId = "c-1", BootId = "b-1" });
        MetaProperties meta = log.Directory.Meta;
        await log.Close();
        string file = Path.Combine(log.Root, LogFileNames.MetaProperties);
        byte[] good = File.ReadAllBytes(file);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            File.WriteAllBytes(file, Flip(good, bit));
            try
            {
                await using LogDirectory directory = LogDirectory.Open(log.Options);
                Assert.That(directory.Meta, Is.EqualTo(meta), $"bit {bit}");
            }
            catch (LogDirectoryException e)
            {
                Assert.That(e.Message, Does.Contain(log.Root).And.Not.Contain("\n"), $"bit {bit}");
            }
        }
        File.WriteAllBytes(file, good);
        log.Open();
    }

    [Test]
    public async Task A_flipped_bit_anywhere_in_a_producer_snapshot_changes_no_verdict([Values] bool killed)
    {
        await using var log = new TemporaryLog(Small with { ProducerLimits = ProducerStateLimits.None });
        var batch = new TestBatch { ProducerId = 7, ProducerEpoch = 0 };
        for (int i = 0; i < 10; i++) log.Append(batch with { Sequence = i });
        if (killed) await log.Kill();
        else await log.Close();
        foreach (string file in log.Files(".snapshot"))
        {
            byte[] good = File.ReadAllBytes(file);
            for (int position = 0; position < good.Length; position += 5)
            {
                File.WriteAllBytes(file, Flip(good, position * 8 + position % 8));
                log.Open();
                SequenceVerdict again = log.Log.CopyProducerState()
                    .Check((batch with { Sequence = 9 }).Build(), nowMs: 0, log.Log.LogEndOffset);
                Assert.That((again.IsDuplicate, again.Original.BaseOffset), Is.EqualTo((true, 9L)), $"{position}");
                await log.CloseWithoutMarker();
            }
        }
        log.Open();
    }

    [Test]
    public async Task A_flipped_bit_anywhere_in_the_epoch_checkpoint_is_made_good_or_refused()
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(3);
        log.Lead(3);
        log.AppendMany(7);
        byte[] all = log.ReadAll();
        await log.Close();
        string file = Path.Combine(log.LogPath, LogFileNames.LeaderEpochs);
        byte[] good = File.ReadAllBytes(file);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            File.WriteAllBytes(file, Flip(good, bit));
            log.Open();
            using (LogReadResult read = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true))
            {
                ErrorCode[] allowed = [ErrorCode.None, ErrorCode.KafkaStorageError, ErrorCode.CorruptMessage];
                Assert.That(allowed, Does.Contain(read.Error), $"bit {bit}");
                if (read.Error == ErrorCode.None && log.Log.Failure is null) CheckReadable(log, all, bit);
            }
            await log.CloseWithoutMarker();
            File.WriteAllBytes(file, good);
            log.Open();
            Assert.That(log.ReadAll(), Is.EqualTo(all), $"bit {bit}: nothing was cut");
            await log.Close();
        }
        log.Open();
    }

    [TestCase(LogFileNames.RecoveryPoints)]
    [TestCase(LogFileNames.HighWatermarks)]
    public async Task A_flipped_bit_anywhere_in_a_checkpoint_loses_nothing(string name)
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        log.Log.AdvanceHighWatermark(log.Writer, 10);
        byte[] all = log.ReadAll();
        await log.CloseWithoutMarker();
        string file = Path.Combine(log.Root, name);
        byte[] good = File.ReadAllBytes(file);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            File.WriteAllBytes(file, Flip(good, bit));
            log.Open();
            if (log.Log.Failure is null) Assert.That(log.ReadAll(), Is.EqualTo(all), $"bit {bit}");
            await log.CloseWithoutMarker();
            File.WriteAllBytes(file, good);
        }
        log.Open();
        Assert.That(log.ReadAll(), Is.EqualTo(all));
    }

    [Test]
    public async Task A_log_shorter_than_what_was_flushed_is_refused_where_a_batch_ends_too([Values] bool clean)
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        if (clean) await log.Close();
        else await log.CloseWithoutMarker();
        using (FileStream file = File.OpenWrite(log.Files(".log")[0])) file.SetLength(3 * BatchBytes);
        log.Open();
        Assert.That(log.Log.Failure?.Kind, Is.EqualTo(LogFailureKind.Corruption));
    }

    [Test]
    public async Task A_sealed_segment_cut_at_a_batch_is_not_read_past()
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        await log.Close();
        using (FileStream file = File.OpenWrite(log.Files(".log")[0])) file.SetLength(2 * BatchBytes);
        log.Open();
        using LogReadResult read = log.Log.Read(2, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        Assert.That(read.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        using LogReadResult behind = log.Log.Read(4, long.MaxValue, 1 << 20, atLeastOneBatch: true);
        Assert.That((behind.Error, behind.FirstOffset), Is.EqualTo((ErrorCode.None, 4L)));
        LogDamage damage = log.TakeDamages().Single();
        Assert.That((damage.FirstOffset, damage.EndOffset, damage.Bytes), Is.EqualTo((2L, 4L, 0L)));
    }

    [Test]
    public async Task A_log_whose_segments_are_gone_is_refused_with_the_remedy()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.Close();
        foreach (string file in log.Files(".log")) File.Delete(file);
        Assert.That(
            log.Open,
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains(LogFileNames.RecoveryPoints));
    }

    private static void CheckReadable(TemporaryLog log, byte[] all, int bit)
    {
        byte[] found = LogBytes.ReadWhileGood(log.Log);
        Assert.That(found, Is.EqualTo(all[..found.Length]), $"bit {bit}");
        bool isWhole = log.Log.Failure is null && log.Log.Damages.Count == 0;
        if (isWhole) Assert.That(found, Has.Length.EqualTo(all.Length), $"bit {bit}");
    }

    private static byte[] Flip(byte[] good, int bit)
    {
        byte[] bad = [.. good];
        bad[bit / 8] ^= (byte)(1 << (bit % 8));
        return bad;
    }
}
