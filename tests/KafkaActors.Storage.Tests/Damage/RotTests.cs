using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests.Damage;

/// <summary>A batch that rots is confined to its range: it is named, other ranges are read, writes go on.</summary>
public sealed class RotTests
{
    private const int BatchBytes = RecordBatchLayout.HeaderSize + 40;
    private static readonly LogConfig Config =
        LogConfig.Default with { SegmentBytes = 20 * BatchBytes, IndexIntervalBytes = 3 * BatchBytes };

    [Test]
    public async Task A_flipped_bit_anywhere_in_a_sealed_batch_costs_its_own_offsets_and_no_others()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(50);
        byte[] all = log.ReadAll();
        string file = log.Files(".log")[1];
        byte[] good = File.ReadAllBytes(file);
        for (int position = 7 * BatchBytes; position < 8 * BatchBytes; position += 3)
        {
            Flip(file, good, position);
            await log.Reopen();
            AssertOnlyLost(log, all, 27, $"byte {position - (7 * BatchBytes)}");
            Assert.That(log.TakeDamages().Single().ToString(), Does.StartWith($"{file}, position {7 * BatchBytes}: ")
                .And.Contain($"CORRUPT_MESSAGE, all else is served (offsets 27 to 27, {BatchBytes} bytes)"));
        }
        File.WriteAllBytes(file, good);
    }

    [Test]
    public async Task Rot_that_begins_while_the_node_runs_is_met_by_the_next_reader_of_unread_bytes()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(50);
        string file = log.Files(".log")[0];
        Flip(file, File.ReadAllBytes(file), (3 * BatchBytes) + 80);
        using (LogReadResult read = log.Log.Read(3, long.MaxValue, 1 << 20, atLeastOneBatch: true))
            Assert.That(read.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        log.AppendMany(30);
        Assert.That(log.Log.Failure, Is.Null);
        Assert.That(log.Log.Damages.Single().Kind, Is.EqualTo(LogDamageKind.Rotten));
        await log.Reopen();
        Assert.That(log.Log.Damages.Single().Kind, Is.EqualTo(LogDamageKind.Rotten), "it is remembered");
    }

    [TestCase(0, 1)]
    [TestCase(18, 20)]
    [TestCase(5, 9)]
    [TestCase(0, 20)]
    public async Task A_stretch_of_garbage_costs_the_batches_that_lie_in_it(int first, int end)
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(50);
        byte[] all = log.ReadAll();
        await log.Reopen();
        string file = log.Files(".log")[1];
        byte[] bytes = File.ReadAllBytes(file);
        new Random(5).NextBytes(bytes.AsSpan(first * BatchBytes, (end - first) * BatchBytes));
        File.WriteAllBytes(file, bytes);
        for (int offset = 0; offset < 50; offset++)
        {
            using LogReadResult read = log.Log.Read(offset, long.MaxValue, 1, atLeastOneBatch: true);
            bool isLost = offset >= 20 + first && offset < 20 + end;
            Assert.That(read.Error, Is.EqualTo(isLost ? ErrorCode.CorruptMessage : ErrorCode.None), $"offset {offset}");
            if (!isLost) Assert.That(read.FirstOffset, Is.EqualTo(offset));
        }
        Assert.That(LogBytes.Read(log.Log, 20 + end), Is.EqualTo(all[((20 + end) * BatchBytes)..]));
        LogDamage damage = log.TakeDamages().Single();
        Assert.That((damage.FirstOffset, damage.EndOffset), Is.EqualTo((20L + first, 20L + end)));
    }

    [Test]
    public async Task Rot_in_the_active_segment_is_confined_and_appends_go_on_behind_it()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(10);
        byte[] all = log.ReadAll();
        await log.Close();
        string file = log.Files(".log")[0];
        Flip(file, File.ReadAllBytes(file), (4 * BatchBytes) + 75);
        log.Open();
        AssertOnlyLost(log, all, 4, "before an append");
        log.AppendMany(3);
        Assert.That(LogBytes.Read(log.Log, 10), Has.Length.EqualTo(3 * BatchBytes));
        await log.Reopen();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(13));
    }

    [Test]
    public async Task Times_are_found_beside_rot_and_the_log_stays_online()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(50);
        await log.Reopen();
        string file = log.Files(".log")[1];
        byte[] good = File.ReadAllBytes(file);
        foreach (int at in new[] { 0, 70, 16, 10 })
        {
            Flip(file, good, (7 * BatchBytes) + at);
            await log.Reopen();
            for (int offset = 0; offset < 50; offset++)
            {
                if (offset == 27) continue;
                Assert.That(log.Log.LookupTimestamp(1_000 + offset)?.Offset, Is.EqualTo(offset), $"{at}: {offset}");
            }
            Assert.That(log.Log.MaxTimestamp().Offset, Is.EqualTo(49));
            Assert.That(log.Log.Failure, Is.Null);
        }
    }

    [Test]
    public async Task A_file_that_is_mended_is_read_again_after_a_restart()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(50);
        byte[] all = log.ReadAll();
        await log.Reopen();
        string file = log.Files(".log")[1];
        byte[] good = File.ReadAllBytes(file);
        Flip(file, good, (7 * BatchBytes) + 70);
        using (LogReadResult read = log.Log.Read(27, long.MaxValue, 1, atLeastOneBatch: true))
            Assert.That(read.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        File.WriteAllBytes(file, good);
        await log.Reopen();
        Assert.That(log.ReadAll(), Is.EqualTo(all));
        Assert.That(log.Log.Damages, Is.Empty);
    }

    private static void AssertOnlyLost(TemporaryLog log, byte[] all, int lost, string because)
    {
        int total = all.Length / BatchBytes;
        for (int offset = 0; offset < total; offset++)
        {
            using LogReadResult read = log.Log.Read(offset, long.MaxValue, 1 << 20, atLeastOneBatch: true);
            ErrorCode expected = offset == lost ? ErrorCode.CorruptMessage : ErrorCode.None;
            Assert.That(read.Error, Is.EqualTo(expected), $"{because}, {offset}");
            if (offset != lost) Assert.That(read.FirstOffset, Is.EqualTo(offset), because);
            if (offset < lost) Assert.That(read.NextOffset, Is.LessThanOrEqualTo(lost), because);
        }
        Assert.That(LogBytes.ReadWhileGood(log.Log), Is.EqualTo(all[..(lost * BatchBytes)]), because);
        Assert.That(LogBytes.Read(log.Log, lost + 1), Is.EqualTo(all[((lost + 1) * BatchBytes)..]), because);
        Assert.That(log.Log.Failure, Is.Null, because);
    }

    private static void Flip(string file, byte[] good, int position)
    {
        byte[] bytes = [.. good];
        bytes[position] ^= 4;
        File.WriteAllBytes(file, bytes);
    }
}
