namespace KafkaActors.Storage.Tests;

public sealed class IndexRepairTests
{
    private static readonly LogConfig Config = LogConfig.Default with { SegmentBytes = 2500, IndexIntervalBytes = 150 };

    [Test]
    public async Task A_flipped_bit_anywhere_in_an_index_changes_no_answer(
        [Values(".index", ".timeindex")] string suffix)
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(60);
        byte[] all = log.ReadAll();
        await log.Close();
        foreach (string file in new[] { log.Files(suffix)[0], log.Files(suffix)[^1] })
        {
            byte[] good = File.ReadAllBytes(file);
            for (int position = 0; position < good.Length; position++)
            {
                byte[] bad = [.. good];
                bad[position] ^= (byte)(1 << ((position * 3) % 8));
                File.WriteAllBytes(file, bad);
                log.Open();
                AssertAnswers(log.Log, all, $"{Path.GetFileName(file)}, byte {position}");
                await log.Close();
            }
        }
    }

    [Test]
    public async Task A_missing_index_is_made_anew([Values(".index", ".timeindex")] string suffix, [Values] bool killed)
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(60);
        byte[] all = log.ReadAll();
        if (killed) await log.Kill();
        else await log.Close();
        foreach (string file in log.Files(suffix)) File.Delete(file);
        log.Open();
        AssertAnswers(log.Log, all, suffix);
    }

    [Test]
    public async Task A_stale_index_of_any_length_does_no_harm([Values(".index", ".timeindex")] string suffix)
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(60);
        byte[] all = log.ReadAll();
        await log.Close();
        string file = log.Files(suffix)[^1];
        byte[] good = File.ReadAllBytes(file);
        for (int kept = 0; kept < good.Length; kept++)
        {
            File.WriteAllBytes(file, good[..kept]);
            log.Open();
            AssertAnswers(log.Log, all, $"{kept} bytes kept");
            await log.Close();
        }
    }

    [Test]
    public async Task An_index_with_preallocated_zeros_is_made_anew()
    {
        await using var log = new TemporaryLog(Config);
        log.AppendMany(60);
        byte[] all = log.ReadAll();
        await log.Close();
        foreach (string file in log.Files(".index"))
            File.WriteAllBytes(file, [.. File.ReadAllBytes(file), .. new byte[800]]);
        log.Open();
        AssertAnswers(log.Log, all, "zeros");
    }

    private static void AssertAnswers(PartitionLog log, byte[] all, string because)
    {
        Assert.That(LogBytes.Read(log), Is.EqualTo(all), because);
        for (int offset = 0; offset < 60; offset += 7)
        {
            using LogReadResult read = log.Read(offset, long.MaxValue, 1, atLeastOneBatch: true);
            Assert.That(read.FirstOffset, Is.EqualTo(offset), because);
            Assert.That(log.LookupTimestamp(1_000 + offset)?.Offset, Is.EqualTo(offset), because);
        }
        Assert.That(log.MaxTimestamp().Offset, Is.EqualTo(59), because);
        Assert.That(log.Failure, Is.Null, because);
    }
}
