using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

public sealed class StrayDirectoriesTests
{
    [Test]
    public async Task What_is_set_aside_keeps_its_bytes_its_topic_id_and_the_date()
    {
        var time = new ManualTime();
        await using var log = new TemporaryLog(time: time);
        log.AppendMany(3);
        await log.Reopen();
        IReadOnlyList<WithdrawnPartition> withdrawn =
            await log.Directory.WithdrawAsync([log.Log], Withdrawal.SetAside);
        time.Advance(TimeSpan.FromDays(400));
        await log.Close();
        await using LogDirectory directory = LogDirectory.Open(log.Options);

        StrayPartition stray = directory.Strays.Find().Single();
        Assert.That(stray.Directory, Is.EqualTo(withdrawn[0].Directory));
        Assert.That(stray.Partition, Is.EqualTo(TemporaryLog.Name));
        Assert.That(stray.TopicId, Is.EqualTo(TemporaryLog.Id));
        Assert.That(stray.SetAsideAt, Is.EqualTo(time.GetUtcNow() - TimeSpan.FromDays(400)));
        Assert.That(directory.Strays.SizeOf(stray.Directory), Is.GreaterThanOrEqualTo(3 * 101));
        Assert.That(directory.Find(), Is.Empty);
    }

    [Test]
    public async Task What_is_put_back_is_read_again()
    {
        await using var log = new TemporaryLog();
        log.AppendMany(3);
        byte[] written = log.ReadAll();
        await log.Directory.WithdrawAsync([log.Log], Withdrawal.SetAside);
        log.Directory.Strays.PutBack(log.Directory.Strays.Find()[0].Directory, TemporaryLog.Name);
        PartitionLog again = log.Directory.OpenLog(TemporaryLog.Name, TemporaryLog.Id, log.Config);
        Assert.That(LogBytes.Read(again), Is.EqualTo(written));
    }

    [Test]
    public async Task Only_strays_are_removed_whatever_is_named()
    {
        await using var log = new TemporaryLog();
        await log.Directory.WithdrawAsync([log.Log], Withdrawal.SetAside);
        string stray = log.Directory.Strays.Find()[0].Directory;
        Directory.CreateDirectory(Path.Combine(log.Root, "other"));
        string[] named = ["other", "__cluster_metadata-0", "../other", stray, "nothing-0.00-stray"];
        Assert.That(log.Directory.Strays.Remove(named), Is.EqualTo(new[] { stray }));
        Assert.That(log.Directory.Strays.Find(), Is.Empty);
        Assert.That(Directory.Exists(Path.Combine(log.Root, "other")), Is.True);
        await Eventually.That(
            () => Directory.GetDirectories(log.Root).Select(Path.GetFileName), Is.EqualTo(new[] { "other" }));
    }

    [TestCase("__cluster_metadata-0")]
    [TestCase("__cluster_metadata-1")]
    [TestCase("photos-delete")]
    [TestCase("photos.2024-delete")]
    [TestCase("photos-stray")]
    [TestCase("photos-007")]
    [TestCase("lost+found")]
    [TestCase(".snapshot")]
    public async Task A_directory_of_another_kind_is_no_partition_and_stays(string name)
    {
        await using var log = new TemporaryLog();
        await log.Close();
        Directory.CreateDirectory(Path.Combine(log.Root, name));
        log.Open();
        Assert.That(log.Directory.Find().Select(found => found.Name), Is.EqualTo(new[] { TemporaryLog.Name }));
        Assert.That(log.Directory.Strays.Find(), Is.Empty);
        await log.Close();
        Assert.That(Directory.Exists(Path.Combine(log.Root, name)), Is.True);
        log.Open();
    }

    [Test]
    public void A_long_topic_name_is_cut_so_that_the_partition_can_still_be_told()
    {
        var partition = new TopicPartition(new string('a', 249), 1234);
        string name = StrayName.For(partition, DateTimeOffset.UnixEpoch.AddDays(20_000));
        Assert.That(name, Has.Length.EqualTo(255));
        Assert.That(StrayName.TryParse(name, out StrayName parsed), Is.True);
        Assert.That(parsed.Partition.Partition, Is.EqualTo(1234));
        Assert.That(parsed.SetAsideAt, Is.EqualTo(DateTimeOffset.UnixEpoch.AddDays(20_000)));
    }

    [Test]
    public void A_stray_of_Kafkas_own_has_no_date()
    {
        const string KafkasName = "test-0.a7d2c9b1f3e84c6b9a0d1e2f3a4b5c6d-stray";
        Assert.That(StrayName.TryParse(KafkasName, out StrayName parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(new StrayName(new TopicPartition("test", 0), null)));
    }
}
