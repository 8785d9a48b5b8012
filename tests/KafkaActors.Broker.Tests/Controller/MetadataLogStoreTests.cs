using System.Collections.Immutable;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class MetadataLogStoreTests
{
    private string _directory = "";

    private string _root = "";

    private string LogPath => Path.Combine(_directory, "metadata.log");

    private string MarkPath => _directory + AcknowledgedMark.Suffix;

    [SetUp]
    public void CreateDirectory()
    {
        _root = Directory.CreateTempSubdirectory("metadata-log-").FullName;
        _directory = Path.Combine(_root, ControllerServices.DirectoryName);
    }

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_root, recursive: true);

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
                    + $"acknowledged; restore {_directory} from a backup, or, to go on with what is left, remove "
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
        string copy = Path.Combine(_root, "copy");
        using (MetadataLogStore store = Open())
        {
            store.SavePromise(new Promise(1, new NodeId(1), Guid.NewGuid()));
            store.Write(MetadataOffset.None, [Entry(0), Entry(1)]);
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.GetFiles(_directory))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            store.Write(new MetadataOffset(1), [Entry(2)]);
            if (withSnapshot) store.SaveSnapshot(Snapshot(2), keepsEntries: true);
        }

        Directory.Delete(_directory, recursive: true);
        Directory.Move(copy, _directory);
        Assert.That(() => Open().Dispose(), Throws.TypeOf<LogDirectoryException>().With.Message.Contains("entry 2"));
    }

    [Test]
    public void An_older_promise_is_refused()
    {
        string promise = Path.Combine(_directory, "metadata.promise");
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
            string path = Path.Combine(_directory, name);
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

    private MetadataLogStore Open() => MetadataLogStore.Open(PhysicalFileSystem.Instance, _directory);

    private static ImmutableArray<long> Offsets(MetadataLogStore store) =>
        [.. store.Entries.Select(entry => entry.Offset.Value)];

    private static MetadataEntry Entry(long offset, int epoch = 1) => new(
        new MetadataOffset(offset), epoch, [new MetadataEvent.ControllerStarted(new NodeId((int)offset), epoch)]);

    private static LogSnapshot Snapshot(long offset, int epoch = 1) => new(
        new LogPosition(epoch, new MetadataOffset(offset)),
        [new MetadataEvent.ControllerStarted(new NodeId(1), epoch)]);
}
