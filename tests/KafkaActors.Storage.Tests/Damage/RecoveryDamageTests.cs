using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Damage;

/// <summary>What recovery finds is told in one line; nothing acknowledged goes without a word.</summary>
public sealed class RecoveryDamageTests
{
    private const int BatchBytes = RecordBatchLayout.HeaderSize + 40;
    private static readonly LogConfig Small = LogConfig.Default with { SegmentBytes = 4 * BatchBytes };

    [Test]
    public async Task A_torn_last_write_is_cut_and_told_as_a_warning()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.Kill();
        string file = log.Files(".log")[0];
        using (FileStream stream = File.OpenWrite(file)) stream.SetLength((4 * BatchBytes) - 7);
        log.Open();
        LogDamage damage = log.TakeDamages().Single();
        Assert.That((damage.Kind, damage.IsError), Is.EqualTo((LogDamageKind.TornTail, false)));
        Assert.That(damage.ToString(), Is.EqualTo(
            $"{file}, position {3 * BatchBytes}: the last write was not whole; the log was cut at offset 3 "
            + $"(from offset 3 on, {BatchBytes - 7} bytes); nothing is to be done: it was not acknowledged"));
        Assert.That(log.Files(".cut"), Is.Empty);
        Assert.That(log.Log.Recovery.IsBelowHighWatermark, Is.False);
    }

    [Test]
    public async Task A_flipped_bit_below_the_high_watermark_is_told_as_an_error_and_the_bytes_are_kept()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(10);
        CheckpointHighWatermark(log, 10);
        await log.Kill();
        string file = log.Files(".log")[0];
        byte[] bad = Flip(file, (4 * BatchBytes) + 70);
        log.Open();
        LogDamage damage = log.TakeDamages().Single();
        string kept = $"{file}-{4 * BatchBytes}.cut";
        Assert.That(damage.Kind, Is.EqualTo(LogDamageKind.Cut));
        Assert.That(damage.ToString(), Does.StartWith(
            $"{file}, position {4 * BatchBytes}: bad CRC; the log was cut at offset 4, below the high watermark 10 "
            + $"(offsets 4 to 9, {6 * BatchBytes} bytes, at least 5 records); the bytes are kept in {kept}; take "));
        Assert.That(File.ReadAllBytes(kept), Is.EqualTo(bad[(4 * BatchBytes)..]));
        Assert.That(log.Log.Recovery.IsBelowHighWatermark, Is.True);
        Assert.That((log.Log.Failure, log.Log.LogEndOffset), Is.EqualTo(((LogFailure?)null, 4L)));
        log.AppendMany(1);
    }

    [Test]
    public async Task A_flipped_bit_anywhere_in_the_last_batch_never_goes_without_a_word()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        await log.Kill();
        string file = log.Files(".log")[0];
        byte[] good = File.ReadAllBytes(file);
        for (int position = 3 * BatchBytes; position < 4 * BatchBytes; position += 3)
        {
            File.WriteAllBytes(file, good);
            Flip(file, position);
            File.Delete(Path.Combine(log.Root, LogFileNames.RecoveryPoints));
            log.Open();
            LogDamage damage = log.TakeDamages().Single();
            Assert.That((damage.Path, damage.FirstOffset), Is.EqualTo((file, 3L)), $"byte {position}");
            if (damage.KeptAs is not null) File.Delete(damage.KeptAs);
            await log.CloseWithoutMarker();
        }
        log.Open();
    }

    [Test]
    public async Task Segments_that_are_dropped_are_kept_and_told_one_by_one()
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(12);
        await log.Kill();
        File.Delete(Path.Combine(log.Root, LogFileNames.RecoveryPoints));
        string[] segments = log.Files(".log");
        byte[] third = File.ReadAllBytes(segments[2]);
        Flip(segments[1], BatchBytes + 65);
        log.Open();
        LogDamage[] told = log.TakeDamages();
        Assert.That(told.Select(damage => damage.Path), Is.EqualTo(segments[1..]));
        Assert.That(told.Select(damage => damage.Records), Is.EqualTo(new long[] { 2, 4 }));
        Assert.That(File.ReadAllBytes(told[1].KeptAs!), Is.EqualTo(third));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(5));
    }

    [Test]
    public async Task What_was_cut_is_remembered_across_restarts_and_forgotten_after_a_day()
    {
        var time = new ManualTime();
        await using var log = new TemporaryLog(time: time);
        log.AppendMany(4);
        CheckpointHighWatermark(log, 4);
        await log.Kill();
        Flip(log.Files(".log")[0], BatchBytes + 70);
        log.Open();
        LogDamage told = log.TakeDamages().Single();
        await log.Reopen();
        Assert.That(log.Log.Damages, Is.EqualTo(new[] { told with { FoundAt = time.GetUtcNow() } }));
        Assert.That(log.TakeDamages(), Is.Empty, "it is told once");
        time.Advance(TimeSpan.FromHours(23));
        log.Log.ApplyRetention(time.GetUtcNow());
        Assert.That(log.Files(".cut"), Has.Length.EqualTo(1));
        time.Advance(TimeSpan.FromHours(1));
        log.Log.ApplyRetention(time.GetUtcNow());
        Assert.That(log.Files(".cut"), Is.Empty);
        Assert.That(log.Log.Damages, Is.Empty);
        Assert.That(log.Files("damage"), Is.Empty);
    }

    [Test]
    public async Task A_person_can_have_it_forgotten_at_once()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(4);
        CheckpointHighWatermark(log, 4);
        await log.Kill();
        Flip(log.Files(".log")[0], BatchBytes + 70);
        log.Open();
        log.Log.ForgetDamages();
        Assert.That(log.Log.Damages, Is.Empty);
        Assert.That(log.Files(".cut"), Is.Empty);
        await log.Reopen();
        Assert.That(log.Log.Damages, Is.Empty);
    }

    [TestCase(true, 3 * BatchBytes, Description = "where a batch ends")]
    [TestCase(true, (3 * BatchBytes) + 9)]
    [TestCase(false, 3 * BatchBytes)]
    public async Task A_log_cut_below_what_was_on_the_disk_is_offline_and_says_what_to_do(bool clean, int length)
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        if (clean) await log.Close();
        else await log.CloseWithoutMarker();
        string file = log.Files(".log")[0];
        using (FileStream stream = File.OpenWrite(file)) stream.SetLength(length);
        log.Open();
        LogDamage damage = log.TakeDamages().Single();
        Assert.That((damage.Kind, damage.FirstOffset, damage.EndOffset), Is.EqualTo((LogDamageKind.Offline, 3L, 6L)));
        Assert.That(damage.ToString(), Does.StartWith($"{file}, position {3 * BatchBytes}: ")
            .And.Contain("offline").And.Contain("offsets 3 to 5")
            .And.EndsWith("line in recovery-point-offset-checkpoint to 3 while the node is stopped"));
        Assert.That(log.Log.Failure?.Message, Is.EqualTo(damage.ToString()));
        Assert.That(new FileInfo(file).Length, Is.EqualTo(length), "nothing is cut");
    }

    [Test]
    public async Task The_remedy_that_is_named_works()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        await log.Close();
        using (FileStream stream = File.OpenWrite(log.Files(".log")[0])) stream.SetLength((3 * BatchBytes) + 9);
        string checkpoint = Path.Combine(log.Root, LogFileNames.RecoveryPoints);
        File.WriteAllText(checkpoint, File.ReadAllText(checkpoint).Replace("events 0 6", "events 0 3"));
        log.Open();
        Assert.That((log.Log.Failure, log.Log.LogEndOffset), Is.EqualTo(((LogFailure?)null, 3L)));
    }

    [Test]
    public async Task An_active_segment_that_is_gone_takes_the_log_offline_or_is_told_as_a_loss([Values] bool clean)
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        CheckpointHighWatermark(log, 10);
        if (clean) await log.Close();
        else await log.Kill();
        if (!clean) File.Delete(Path.Combine(log.Root, LogFileNames.RecoveryPoints));
        File.Delete(log.Files(".log")[^1]);
        log.Open();
        LogDamage damage = log.TakeDamages().Single();
        LogDamageKind expected = clean ? LogDamageKind.Offline : LogDamageKind.Missing;
        Assert.That((damage.Kind, damage.FirstOffset, damage.EndOffset), Is.EqualTo((expected, 8L, 10L)));
        Assert.That(log.Log.Recovery.IsBelowHighWatermark, Is.EqualTo(!clean));
        Assert.That(log.Log.Failure is not null, Is.EqualTo(clean));
    }

    [Test]
    public async Task A_log_start_beyond_the_end_is_not_believed_and_put_right([Values] bool clean)
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        CheckpointHighWatermark(log, 10);
        byte[] all = log.ReadAll();
        if (clean) await log.Close();
        else await log.Kill();
        File.WriteAllText(Path.Combine(log.Root, LogFileNames.LogStartOffsets), "0\n1\nevents 0 1000\n");
        log.Open();
        Assert.That(log.ReadAll(), Is.EqualTo(all));
        LogDamage damage = log.TakeDamages().Single();
        Assert.That(damage.Kind, Is.EqualTo(LogDamageKind.Contradiction));
        Assert.That(damage.ToString(), Does.StartWith(
            $"{Path.Combine(log.Root, LogFileNames.LogStartOffsets)}: events-0 is said to begin at 1000, behind its "
            + "end 10; not believed: the log begins at 0 (offsets 0 to 9); "));
        log.AppendMany(1);
        await log.Reopen();
        Assert.That(log.TakeDamages(), Is.Empty, "the checkpoint was written anew");
        Assert.That(log.Log.LogStartOffset, Is.Zero);
    }

    [Test]
    public async Task First_segments_that_are_gone_are_told([Values] bool clean)
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        if (clean) await log.Close();
        else await log.Kill();
        string first = log.Files(".log")[0];
        File.Delete(first);
        log.Open();
        LogDamage damage = log.TakeDamages().Single();
        Assert.That(damage.ToString(), Does.StartWith(
            $"{first}: the first segments of the log are gone, and this node did not delete them; the log begins at 4 "
            + "(offsets 0 to 3); "));
        Assert.That((log.Log.LogStartOffset, log.Log.LogEndOffset), Is.EqualTo((4L, 10L)));
    }

    [Test]
    public async Task Segments_that_retention_or_delete_records_took_are_no_loss([Values] bool deletes)
    {
        await using var log = new TemporaryLog(Small with { RetentionBytes = deletes ? -1 : 4 * BatchBytes });
        log.AppendMany(10);
        log.Log.AdvanceHighWatermark(log.Writer, 10);
        if (deletes) log.Log.DeleteRecordsBefore(log.Writer, 5);
        else log.Log.ApplyRetention(TimeProvider.System.GetUtcNow());
        Assert.That(log.Log.LogStartOffset, Is.Positive);
        await log.Kill();
        log.Open();
        Assert.That(log.TakeDamages(), Is.Empty);
    }

    [Test]
    public async Task A_power_cut_that_takes_records_which_were_deleted_lets_the_log_begin_at_its_start()
    {
        var disk = new SimulatedFileSystem();
        SimulatedFileSystem after;
        // One segment: a second one would have the first flushed in the background.
        await using (var log = new SimulatedLog(disk, LogConfig.Default))
        {
            log.AppendMany(2);
            log.Log.State.Flusher.Flush(includeActive: true);
            log.AppendMany(8);
            log.Log.AdvanceHighWatermark(log.Writer, 10);
            Assert.That(log.Log.DeleteRecordsBefore(log.Writer, 7), Is.EqualTo(ErrorCode.None));
            after = disk.PowerCut();
        }

        await using var again = new SimulatedLog(after, LogConfig.Default);
        Assert.That((again.Log.LogStartOffset, again.Log.LogEndOffset), Is.EqualTo((7L, 7L)));
        Assert.That(again.Damages, Has.Some.Property("Kind").EqualTo(LogDamageKind.Contradiction));
        again.AppendMany(1);
    }

    [TestCase("0\n1\n5 0\n", "its epochs are not those of the batches")]
    [TestCase("0\n1\ngarbage\n", "it cannot be read")]
    public async Task An_epoch_checkpoint_that_the_batches_refute_drops_nothing(string text, string what)
    {
        await using var log = new TemporaryLog();
        log.AppendMany(6);
        byte[] all = log.ReadAll();
        await log.Kill();
        string file = Path.Combine(log.LogPath, LogFileNames.LeaderEpochs);
        File.WriteAllText(file, text);
        log.Open();
        Assert.That(log.ReadAll(), Is.EqualTo(all));
        Assert.That(log.TakeDamages().Single().ToString(), Does.StartWith($"{file}: {what}; it is made anew"));
        Assert.That(log.Log.LatestEpoch, Is.EqualTo(new LeaderEpoch(0)));
    }

    [TestCase(LogFileNames.RecoveryPoints)]
    [TestCase(LogFileNames.HighWatermarks)]
    [TestCase(LogFileNames.LogStartOffsets)]
    [TestCase(LogFileNames.FirstDirtyOffsets)]
    public async Task A_checkpoint_that_cannot_be_read_is_told(string name)
    {
        await using var log = new TemporaryLog();
        log.AppendMany(3);
        await log.Close();
        string path = Path.Combine(log.Root, name);
        File.WriteAllText(path, "no checkpoint");
        log.Open();
        string[] lines = [.. log.TakeDamages().Select(damage => damage.ToString())];
        Assert.That(lines, Has.One.StartsWith($"{path}: the checkpoint cannot be read; "));
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task The_progress_of_a_recovery_is_the_bytes_that_were_to_be_read()
    {
        await using var log = new TemporaryLog(Small);
        log.AppendMany(10);
        await log.Kill();
        await using LogDirectory directory = LogDirectory.Open(log.Options);
        Assert.That((directory.BytesChecked, directory.BytesToCheck()), Is.EqualTo((0L, 10L * BatchBytes)));
        directory.OpenLog(TemporaryLog.Name, TemporaryLog.Id, Small);
        Assert.That(directory.BytesChecked, Is.EqualTo(10L * BatchBytes));
        await directory.DisposeAsync();
        log.Open();
    }

    private static void CheckpointHighWatermark(TemporaryLog log, long offset)
    {
        log.Log.AdvanceHighWatermark(log.Writer, offset);
        log.Directory.WriteCheckpoints();
    }

    private static byte[] Flip(string file, int position)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[position] ^= 4;
        File.WriteAllBytes(file, bytes);
        return bytes;
    }
}
