using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests;

public sealed class LogRecoveryTests
{
    private const int BatchBytes = RecordBatchLayout.HeaderSize + 40;

    [Test]
    public async Task The_last_batch_torn_at_any_byte_is_cut()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        byte[] all = log.ReadAll();
        await log.Kill();
        string file = log.Files(".log")[0];
        byte[] whole = File.ReadAllBytes(file);
        for (int kept = 0; kept < BatchBytes; kept++)
        {
            File.WriteAllBytes(file, whole[..(3 * BatchBytes + kept)]);
            ForgetRecoveryPoint(log);
            log.Open();
            Assert.That(log.Log.LogEndOffset, Is.EqualTo(3), $"{kept} bytes kept");
            Assert.That(log.Log.Recovery.BytesCut, Is.EqualTo(kept));
            Assert.That(log.ReadAll(), Is.EqualTo(all[..(3 * BatchBytes)]));
            Assert.That(new FileInfo(file).Length, Is.EqualTo(3 * BatchBytes));
            await log.CloseWithoutMarker();
        }
    }

    [Test]
    public async Task A_flipped_bit_anywhere_in_the_last_unflushed_batch_cuts_it()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        byte[] all = log.ReadAll();
        await log.Kill();
        string file = log.Files(".log")[0];
        for (int position = 3 * BatchBytes; position < 4 * BatchBytes; position++)
        {
            byte[] bad = [.. all];
            bad[position] ^= (byte)(1 << (position % 8));
            File.WriteAllBytes(file, bad);
            ForgetRecoveryPoint(log);
            log.Open();
            Assert.That(log.Log.LogEndOffset, Is.EqualTo(3), $"byte {position - 3 * BatchBytes} of the batch");
            Assert.That(log.ReadAll(), Is.EqualTo(all[..(3 * BatchBytes)]));
            Assert.That(log.Log.Recovery.Reason, Is.Not.Null);
            await log.CloseWithoutMarker();
        }
    }

    [Test]
    public async Task A_flipped_bit_in_a_sealed_segment_is_found_and_never_served([Values] bool clean)
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 4 * BatchBytes });
        log.AppendMany(10);
        byte[] all = log.ReadAll();
        await log.Close();
        string file = log.Files(".log")[0];
        byte[] good = File.ReadAllBytes(file);
        for (int position = BatchBytes; position < 2 * BatchBytes; position++)
        {
            byte[] bad = [.. good];
            bad[position] ^= (byte)(1 << (position % 8));
            File.WriteAllBytes(file, bad);
            if (!clean) File.Delete(Path.Combine(log.Root, LogFileNames.CleanShutdown));
            log.Open();
            using (LogReadResult read = log.Log.Read(0, long.MaxValue, 1 << 20, atLeastOneBatch: true))
            {
                Assert.That(read.Error, Is.EqualTo(ErrorCode.None), $"byte {position - BatchBytes}");
                Assert.That((read.FirstOffset, read.NextOffset), Is.EqualTo((0L, 1L)), $"byte {position - BatchBytes}");
            }
            using (LogReadResult read = log.Log.Read(1, long.MaxValue, 1 << 20, atLeastOneBatch: true))
                Assert.That(read.Error, Is.EqualTo(ErrorCode.CorruptMessage), $"byte {position - BatchBytes}");
            Assert.That(LogBytes.Read(log.Log, 2), Is.EqualTo(all[(2 * BatchBytes)..]));
            Assert.That(log.Log.Failure, Is.Null);
            await log.Close();
            Assert.That(File.ReadAllBytes(file), Is.EqualTo(bad), "nothing is cut that was on the disk once");
        }
    }

    [Test]
    public async Task Corruption_below_the_recovery_point_opens_the_log_offline_and_cuts_nothing()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.CloseWithoutMarker();
        string file = log.Files(".log")[0];
        byte[] bad = File.ReadAllBytes(file);
        bad[2 * BatchBytes + 70] ^= 1;
        File.WriteAllBytes(file, bad);
        log.Open();
        Assert.That(log.Log.Failure?.Kind, Is.EqualTo(LogFailureKind.Corruption));
        await log.Close();
        Assert.That(File.ReadAllBytes(file), Is.EqualTo(bad));
    }

    [Test]
    public async Task What_follows_a_cut_is_dropped_and_reported()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 4 * BatchBytes });
        log.AppendMany(12);
        await log.Kill();
        ForgetRecoveryPoint(log);
        string second = log.Files(".log")[1];
        byte[] bad = File.ReadAllBytes(second);
        bad[BatchBytes + 65] ^= 4;
        File.WriteAllBytes(second, bad);
        log.Open();
        RecoveryReport report = log.Log.Recovery;
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(5));
        Assert.That(report.SegmentsDropped, Is.EqualTo(1));
        Assert.That(report.OffsetsCut, Is.EqualTo(7));
        Assert.That(report.BytesCut, Is.EqualTo(7 * BatchBytes));
        Assert.That(report.Reason, Does.Contain("bad CRC"));
        log.AppendMany(3);
        await log.Reopen();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(8));
    }

    [Test]
    public async Task A_segment_that_is_missing_in_the_middle_ends_the_log_before_it()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 4 * BatchBytes });
        log.AppendMany(12);
        await log.Kill();
        ForgetRecoveryPoint(log);
        File.Delete(log.Files(".log")[1]);
        log.Open();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(4));
        Assert.That(log.Log.Recovery.HasCut, Is.True);
    }

    [Test]
    public async Task A_clean_shutdown_skips_the_scan()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.Reopen();
        Assert.That(log.Directory.WasCleanShutdown, Is.True);
        Assert.That(log.Log.Recovery, Is.EqualTo(RecoveryReport.Clean));
    }

    [Test]
    public async Task A_clean_marker_beside_a_torn_log_is_not_believed()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.Close();
        using (FileStream file = File.OpenWrite(log.Files(".log")[0])) file.SetLength(4 * BatchBytes - 7);
        log.Open();
        Assert.That(log.Log.Failure?.Kind, Is.EqualTo(LogFailureKind.Corruption));
    }

    [TestCase(".log")]
    [TestCase(".index")]
    [TestCase(".timeindex")]
    [TestCase(".snapshot")]
    public async Task A_roll_killed_after_any_of_its_files_is_repaired(string newest)
    {
        await using var log = new TemporaryLog(LogConfig.Default with { SegmentBytes = 4 * BatchBytes });
        log.AppendMany(4);
        byte[] all = log.ReadAll();
        await log.Kill();
        File.WriteAllBytes(Path.Combine(log.LogPath, LogFileNames.ForOffset(4, newest)), []);
        log.Open();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(4));
        Assert.That(log.ReadAll(), Is.EqualTo(all));
        log.AppendMany(2);
        await log.Reopen();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(6));
    }

    [Test]
    public async Task The_high_watermark_and_the_log_start_come_back()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        log.Log.AdvanceHighWatermark(log.Writer, 5);
        Assert.That(log.Log.DeleteRecordsBefore(log.Writer, 2), Is.EqualTo(ErrorCode.None));
        log.Directory.WriteCheckpoints();
        await log.Kill();
        log.Open();
        Assert.That(log.Log.View.HighWatermark, Is.EqualTo(5));
        Assert.That(log.Log.LogStartOffset, Is.EqualTo(2));
        using LogReadResult read = log.Log.Read(1, long.MaxValue, 100, atLeastOneBatch: true);
        Assert.That(read.Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    /// <summary>Nothing of the log counts as having been on the disk.</summary>
    private static void ForgetRecoveryPoint(TemporaryLog log) =>
        File.Delete(Path.Combine(log.Root, LogFileNames.RecoveryPoints));
}
