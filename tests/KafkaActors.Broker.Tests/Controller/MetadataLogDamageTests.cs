using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Tests.Controller;

/// <summary>What a disk did to a metadata log, and what is made of it when the store is opened.</summary>
public sealed class MetadataLogDamageTests : MetadataLogStoreTest
{
    [Test]
    public void A_flipped_bit_before_whole_entries_is_found_and_refused()
    {
        int end;
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0)]);
            end = (int)new FileInfo(LogPath).Length;
            store.Write(new MetadataOffset(0), [Entry(1), Entry(2)]);
        }

        byte[] whole = File.ReadAllBytes(LogPath);
        for (int position = 0; position < end; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(LogPath, damaged);
            Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>(), $"flipped at {position}");
        }
    }

    [Test]
    public void A_flipped_bit_in_the_last_acknowledged_entry_is_refused_in_one_line_with_the_remedy()
    {
        int begin;
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            begin = (int)new FileInfo(LogPath).Length;
            store.Write(new MetadataOffset(1), [Entry(2)]);
        }

        byte[] whole = File.ReadAllBytes(LogPath);
        for (int position = begin; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(LogPath, damaged);
            Assert.That(
                () => Open().Dispose(),
                Throws.TypeOf<LogDirectoryException>().With.Message.EqualTo(
                    $"{LogPath} has lost what this voter has acknowledged: it ends with entry 1 of epoch 1, the "
                    + $"{whole.Length - begin} bytes from position {begin} on are no entry; entry 2 of epoch 1 was "
                    + $"acknowledged; restore {DirectoryPath} from a backup, or, to go on with what is left, remove "
                    + $"{MarkPath}: topics that are not known then are set aside, not deleted"));
            Assert.That(File.ReadAllBytes(LogPath), Is.EqualTo(damaged), "nothing is cut");
        }

        File.Delete(MarkPath);
        using MetadataLogStore opened = Open();
        Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1 }));
        LogDamage damage = opened.Damages.Single();
        Assert.That((damage.Kind, damage.Position), Is.EqualTo((LogDamageKind.Cut, (long)begin)));
        Assert.That(File.ReadAllBytes(damage.KeptAs!), Has.Length.EqualTo(whole.Length - begin));
    }

    [Test]
    public void A_log_cut_anywhere_below_what_was_acknowledged_is_refused()
    {
        using (MetadataLogStore store = Open())
            store.Write(MetadataOffset.None, [Entry(0), Entry(1), Entry(2)]);
        byte[] whole = File.ReadAllBytes(LogPath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>(), $"cut at {length}");
        }
    }

    [Test]
    public void An_older_copy_of_the_directory_is_refused([Values] bool withSnapshot)
    {
        string copy = Path.Combine(Root, "copy");
        using (MetadataLogStore store = Open())
        {
            store.SavePromise(new Promise(1, new NodeId(1), Guid.NewGuid()));
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.GetFiles(DirectoryPath))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            store.Write(new MetadataOffset(1), [Entry(2)]);
            if (withSnapshot) store.SaveSnapshot(Snapshot(2), keepsEntries: true);
        }

        Directory.Delete(DirectoryPath, recursive: true);
        Directory.Move(copy, DirectoryPath);
        Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>().With.Message.Contains("entry 2"));
    }

    [Test]
    public void An_older_promise_is_refused()
    {
        string promise = Path.Combine(DirectoryPath, "metadata.promise");
        byte[] older;
        using (MetadataLogStore store = Open())
        {
            store.SavePromise(new Promise(1, new NodeId(1), Guid.NewGuid()));
            older = File.ReadAllBytes(promise);
            store.SavePromise(new Promise(2, new NodeId(1), Guid.NewGuid()));
        }

        File.WriteAllBytes(promise, older);
        Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>().With.Message.Contains("epoch 2"));
    }

    [Test]
    public void A_truncation_on_behalf_of_another_controller_is_no_loss()
    {
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0), Entry(1), Entry(2)]);
            store.Write(new MetadataOffset(0), []);
        }

        using (MetadataLogStore opened = Open()) Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0 }));
        using (MetadataLogStore store = Open())
        {
            store.Write(new MetadataOffset(0), [Entry(1, epoch: 3), Entry(2, epoch: 3)]);
            store.SaveSnapshot(Snapshot(1, epoch: 4), keepsEntries: false);
        }

        using MetadataLogStore again = Open();
        Assert.That(Offsets(again), Is.Empty);
    }

    /// <summary>A mark that is behind, as after a power cut, refuses nothing.</summary>
    [Test]
    public void Entries_beyond_the_mark_are_taken()
    {
        byte[] mark;
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Entry(0)]);
            mark = File.ReadAllBytes(MarkPath);
            store.Write(new MetadataOffset(0), [Entry(1), Entry(2)]);
        }

        File.WriteAllBytes(MarkPath, mark);
        using (MetadataLogStore opened = Open()) Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1, 2 }));
        File.WriteAllBytes(MarkPath, [1, 2, 3]);
        using MetadataLogStore again = Open();
        Assert.That(Offsets(again), Is.EqualTo(new long[] { 0, 1, 2 }));
        Assert.That(again.Damages.Single().Path, Is.EqualTo(MarkPath));
    }

    [Test]
    public void A_damaged_promise_or_snapshot_is_refused()
    {
        using (MetadataLogStore store = Open())
        {
            store.SavePromise(new Promise(1, new NodeId(1), Guid.NewGuid()));
            store.Write(MetadataOffset.None, [Entry(0)]);
            store.SaveSnapshot(Snapshot(0), keepsEntries: true);
        }

        foreach (string name in (string[])["metadata.promise", "metadata.snapshot"])
        {
            string path = Path.Combine(DirectoryPath, name);
            byte[] whole = File.ReadAllBytes(path);
            for (int position = 0; position < whole.Length; position++)
            {
                byte[] damaged = [.. whole];
                damaged[position] ^= 0x10;
                File.WriteAllBytes(path, damaged);
                Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>(), $"{name} at {position}");
            }

            File.WriteAllBytes(path, whole);
        }
    }

    [Test]
    public void A_flipped_bit_in_the_middle_of_one_of_several_voters_logs_is_set_aside_and_refilled()
    {
        int begin;
        int end;
        using (MetadataLogStore store = Open())
        {
            store.Write(MetadataOffset.None, [Formed(voters: 3), Entry(1)]);
            begin = (int)new FileInfo(LogPath).Length;
            store.Write(new MetadataOffset(1), [Entry(2)]);
            end = (int)new FileInfo(LogPath).Length;
            store.Write(new MetadataOffset(2), [Entry(3), Entry(4)]);
        }

        byte[] whole = File.ReadAllBytes(LogPath);
        byte[] mark = File.ReadAllBytes(MarkPath);
        for (int position = begin; position < end; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(LogPath, damaged);
            File.WriteAllBytes(MarkPath, mark);
            for (int start = 0; start < 2; start++)
            {
                using MetadataLogStore opened = Open();
                Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1 }), $"flipped at {position}");
                Assert.That(opened.RefillUntil.Offset.Value, Is.EqualTo(4), "it outlives the process");
                LogDamage damage = opened.Damages.Single();
                Assert.That(damage.IsError);
                Assert.That(damage.ToString(), Does.Contain("entry 4").And.Contain("promises nothing"));
                if (start == 0) Assert.That(File.ReadAllBytes(damage.KeptAs!), Is.EqualTo(damaged[begin..]));
            }
        }

        using (MetadataLogStore store = Open())
        {
            store.Write(new MetadataOffset(1), [Entry(2), Entry(3)]);
            Assert.That(store.RefillUntil.Offset.Value, Is.EqualTo(4), "one is still missing");
            store.Write(new MetadataOffset(3), [Entry(4)]);
            Assert.That(store.RefillUntil, Is.EqualTo(LogPosition.Empty));
        }

        using MetadataLogStore refilled = Open();
        Assert.That(refilled.RefillUntil, Is.EqualTo(LogPosition.Empty));
        Assert.That(refilled.Damages, Is.Empty);
    }

    [Test]
    public void A_log_of_several_voters_that_was_cut_is_refilled_by_what_another_controller_has()
    {
        using (MetadataLogStore store = Open())
            store.Write(MetadataOffset.None, [Formed(voters: 3), Entry(1), Entry(2), Entry(3)]);
        byte[] whole = File.ReadAllBytes(LogPath);
        File.WriteAllBytes(LogPath, whole[..(whole.Length / 2)]);
        using (MetadataLogStore store = Open())
        {
            Assert.That(store.RefillUntil, Is.EqualTo(new LogPosition(1, new MetadataOffset(3))));
            store.Write(new MetadataOffset(0), [Entry(1), Entry(2, epoch: 2)]);
            Assert.That(store.RefillUntil, Is.EqualTo(LogPosition.Empty), "entry 3 of epoch 1 was never committed");
        }

        using MetadataLogStore opened = Open();
        Assert.That(Offsets(opened), Is.EqualTo(new long[] { 0, 1, 2 }));
        Assert.That(opened.Damages, Is.Empty);
    }

    [Test]
    public void What_a_killed_process_left_unsynced_is_synced_before_it_counts()
    {
        using (MetadataLogStore store = Open()) store.Write(MetadataOffset.None, [Entry(0)]);
        var disk = new FailingFileSystem();
        var synced = new List<string>();
        disk.BeforeFlush = synced.Add;
        using (MetadataLogStore.Open(disk, DirectoryPath)) Assert.That(synced, Does.Contain(LogPath));
    }
}
