using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class MetadataLogStoreTests : MetadataLogStoreTest
{
    [Test]
    public void What_was_written_is_there_when_the_store_is_opened_again()
    {
        var promise = new Promise(7, new NodeId(3), Guid.NewGuid());
        using (MetadataLogStore store = Open())
        {
            store.SavePromise(promise);
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            store.Write(new MetadataOffset(1), [Entry(2)]);
        }

        using MetadataLogStore opened = Open();
        Assert.That(opened.Promised, Is.EqualTo(promise));
        Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1, 2 }));
        Assert.That(opened.Entries[1].Events.Single(), Is.EqualTo(Entry(1).Events.Single()));
    }

    [Test]
    public void A_write_drops_what_stood_behind_it()
    {
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0), Entry(1), Entry(2)]);
            store.Write(new MetadataOffset(0), [Entry(1, epoch: 2)]);
        }

        using MetadataLogStore opened = Open();
        Assert.That(
            opened.Entries.Select(entry => (entry.Offset.Value, entry.Epoch)), Is.EqualTo(new[] { (0L, 1), (1L, 2) }));
    }

    [Test]
    public void A_log_cut_at_any_byte_of_the_last_write_keeps_all_before_it()
    {
        long before;
        byte[] mark;
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            before = new FileInfo(LogPath).Length;
            mark = File.ReadAllBytes(MarkPath);
            store.Write(new MetadataOffset(1), [Entry(2)]);
        }

        byte[] whole = File.ReadAllBytes(LogPath);
        for (long length = before; length < whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..(int)length]);
            File.WriteAllBytes(MarkPath, mark);
            using (MetadataLogStore opened = Open())
            {
                Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1 }), $"cut at {length}");
                Assert.That(opened.Damages, Has.Count.EqualTo(length == before ? 0 : 1));
                Assert.That(opened.Damages, Has.All.Property("IsError").False);
                opened.Write(new MetadataOffset(1), [Entry(2)]);
            }

            Assert.That(File.ReadAllBytes(LogPath), Is.EqualTo(whole), $"cut at {length}");
        }
    }

    [Test]
    public void A_snapshot_takes_the_place_of_the_entries_before_it()
    {
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [.. Enumerable.Range(0, 10).Select(offset => Entry(offset))]);
            store.SaveSnapshot(Snapshot(6), keepsEntries: true);
            store.Write(new MetadataOffset(9), [Entry(10)]);
            store.Write(new MetadataOffset(8), [Entry(9, epoch: 2)]);
        }

        using MetadataLogStore opened = Open();
        Assert.That(opened.Snapshot!.Last, Is.EqualTo(new LogPosition(1, new MetadataOffset(6))));
        Assert.That(Offsets(opened), Is.EqualTo(new long[] { 7, 8, 9 }));
        Assert.That(opened.Entries[^1].Epoch, Is.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_kill_while_a_snapshot_is_written_leaves_the_log_or_the_snapshot(bool isRenamed)
    {
        using (MetadataLogStore store = Open())
            store.Write(MetadataOffset.None, [.. Enumerable.Range(0, 4).Select(offset => Entry(offset))]);
        byte[] log = File.ReadAllBytes(LogPath);
        string snapshot = Path.Combine(DirectoryPath, "metadata.snapshot");
        using (MetadataLogStore store = Open()) store.SaveSnapshot(Snapshot(1), keepsEntries: true);
        File.WriteAllBytes(LogPath, log);
        if (!isRenamed)
        {
            byte[] whole = File.ReadAllBytes(snapshot);
            File.WriteAllBytes(snapshot + WholeFile.TemporarySuffix, whole[..(whole.Length / 2)]);
            File.Delete(snapshot);
        }

        using MetadataLogStore opened = Open();
        Assert.That(opened.Snapshot?.Last.Offset.Value, Is.EqualTo(isRenamed ? 1L : null));
        Assert.That(Offsets(opened), Is.EqualTo(isRenamed ? new long[] { 2, 3 } : [0, 1, 2, 3]));
        Assert.That(opened.Damages, Is.Empty);
    }

    [TestCase(1, new long[] { 2, 3 }, Description = "the log holds the snapshot's last entry: what follows is kept")]
    [TestCase(9, new long[0], Description = "the log had gone another way: nothing of it is kept")]
    public void A_crash_between_snapshot_and_cut_is_finished_when_the_store_is_opened(int epoch, long[] left)
    {
        using (MetadataLogStore store = Open())
            store.Write(MetadataOffset.None, [.. Enumerable.Range(0, 4).Select(offset => Entry(offset))]);
        byte[] log = File.ReadAllBytes(LogPath);
        using (MetadataLogStore store = Open()) store.SaveSnapshot(Snapshot(1, epoch), keepsEntries: false);
        File.WriteAllBytes(LogPath, log);

        for (int i = 0; i < 2; i++)
        {
            using MetadataLogStore opened = Open();
            Assert.That(Offsets(opened), Is.EqualTo(left));
        }
    }

    [Test]
    public void A_snapshot_of_another_log_replaces_everything()
    {
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            store.SaveSnapshot(Snapshot(50), keepsEntries: false);
            store.Write(new MetadataOffset(50), [Entry(51)]);
        }

        using MetadataLogStore opened = Open();
        Assert.That(Offsets(opened), Is.EqualTo(new long[] { 51 }));
    }
}
