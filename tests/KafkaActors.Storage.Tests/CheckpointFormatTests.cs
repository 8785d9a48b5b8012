using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

/// <summary>The small files, against text and bytes written down by hand from Kafka's formats.</summary>
public sealed class CheckpointFormatTests
{
    private const long ReadAtMs = 10_000;

    private static readonly PhysicalFileSystem Files = PhysicalFileSystem.Instance;

    [Test]
    public void An_offset_checkpoint_lists_topic_partition_offset()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("recovery-point-offset-checkpoint");
        var file = new OffsetCheckpointFile(Files, path);
        file.Write([new(new TopicPartition("access-log", 0), 10_000), new(new TopicPartition("t", 12), 0)]);
        Assert.That(File.ReadAllText(path), Is.EqualTo("0\n2\naccess-log 0 10000\nt 12 0\n"));
        Assert.That(file.Read()[new TopicPartition("access-log", 0)], Is.EqualTo(10_000));
    }

    [TestCase("")]
    [TestCase("1\n0\n")]
    [TestCase("0\n2\na 0 1\n")]
    [TestCase("0\n1\na 0\n")]
    [TestCase("0\n1\na 0 x\n")]
    [TestCase("0\n1\na 0 12")]
    public void A_broken_offset_checkpoint_counts_as_empty(string text)
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("checkpoint");
        File.WriteAllText(path, text);
        Assert.That(new OffsetCheckpointFile(Files, path).Read(), Is.Empty);
    }

    [Test]
    public void A_leader_epoch_checkpoint_lists_epoch_and_start()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("leader-epoch-checkpoint");
        File.WriteAllText(path, "0\n2\n0 0\n7 123\n");
        var file = new LeaderEpochCheckpointFile(Files, path);
        LeaderEpochHistory history = file.Read()!;
        Assert.That(history.EpochAt(123), Is.EqualTo(new LeaderEpoch(7)));
        file.Write(history);
        Assert.That(File.ReadAllText(path), Is.EqualTo("0\n2\n0 0\n7 123\n"));
    }

    [Test]
    public void Partition_metadata_holds_the_topic_id()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("partition.metadata");
        Assert.That(TopicId.TryParse("kWtSiUaPT5iOyGsGvjlJnw", out TopicId id), Is.True);
        PartitionMetadataFile.Write(Files, path, id);
        string text = File.ReadAllText(path);
        Assert.That(text, Does.Match("^version: 0\ntopic_id: kWtSiUaPT5iOyGsGvjlJnw\ncrc: [0-9a-f]{8}\n$"));
        Assert.That(PartitionMetadataFile.Read(Files, path), Is.EqualTo(id));
    }

    [Test]
    public void Meta_properties_as_Kafka_writes_them_are_read()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("meta.properties");
        File.WriteAllText(
            path,
            "#\n#Sun Nov 22 10:00:00 UTC 2026\nnode.id=3\ndirectory.id=kWtSiUaPT5iOyGsGvjlJnw\n"
            + "version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\n");
        MetaProperties meta = MetaPropertiesFile.Read(Files, path)!;
        Assert.That(meta.NodeId, Is.EqualTo(new NodeId(3)));
        Assert.That(meta.ClusterId, Is.EqualTo("5L6g3nShT-eMCtK--X86sw"));
        Assert.That(meta.DirectoryId.ToString(), Is.EqualTo("kWtSiUaPT5iOyGsGvjlJnw"));
        Assert.That(meta.BrokerEpoch, Is.EqualTo(BrokerEpoch.None));
        MetaProperties ours = meta with { BrokerEpoch = new BrokerEpoch(41), BootId = "b-1" };
        MetaPropertiesFile.Write(Files, path, ours);
        Assert.That(MetaPropertiesFile.Read(Files, path), Is.EqualTo(ours));
    }

    [TestCase("version=0\nnode.id=3\n", "version")]
    [TestCase("version=1\nnode.id=x\n", "node.id")]
    [TestCase("version=1\nnode.id=3\n", "directory.id")]
    public void Unreadable_meta_properties_are_refused_by_name(string text, string key)
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("meta.properties");
        File.WriteAllText(path, text);
        Assert.That(
            () => MetaPropertiesFile.Read(Files, path),
            Throws.TypeOf<LogDirectoryException>().With.Message.Contains(key));
    }

    [Test]
    public void A_producer_snapshot_has_Kafkas_bytes()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("00000000000000000012.snapshot");
        var table = new ProducerStateTable();
        var batch = new TestBatch { ProducerId = 7, ProducerEpoch = 2, Sequence = 5, Records = 3, BaseOffset = 9 };
        table.Update((batch with { Timestamp = 258 }).Build(), nowMs: 259);
        ProducerSnapshotFile.Write(Files, path, table);
        byte[] bytes = File.ReadAllBytes(path);
        byte[] covered =
        [
            0, 0, 0, 1,
            0, 0, 0, 0, 0, 0, 0, 7,
            0, 2,
            0, 0, 0, 7,
            0, 0, 0, 0, 0, 0, 0, 11,
            0, 0, 0, 2,
            0, 0, 0, 0, 0, 0, 1, 2,
            0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0,
            0, 0, 0, 0, 0, 0, 1, 3,
        ];
        Assert.That(bytes[..2], Is.EqualTo(new byte[] { 0, 1 }));
        Assert.That(bytes[6..], Is.EqualTo(covered));
        ProducerState? read = ReadSnapshot(path)?.Find(7);
        Assert.That(read?.Batches[0].FirstSequence, Is.EqualTo(5));
        Assert.That(read?.LastSeenMs, Is.EqualTo(259));
    }

    [Test]
    public void A_producer_snapshot_with_any_flipped_bit_is_not_read()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("00000000000000000012.snapshot");
        var table = new ProducerStateTable();
        var batch = new TestBatch { ProducerId = 7, ProducerEpoch = 2 };
        for (int i = 0; i < 6; i++) table.Update((batch with { Sequence = i, BaseOffset = i }).Build(), nowMs: i);
        ProducerSnapshotFile.Write(Files, path, table);
        byte[] good = File.ReadAllBytes(path);
        for (int position = 0; position < good.Length; position++)
        {
            byte[] bad = [.. good];
            bad[position] ^= (byte)(1 << (position % 8));
            File.WriteAllBytes(path, bad);
            Assert.That(ReadSnapshot(path), Is.Null, $"byte {position}");
        }
    }

    [Test]
    public void A_producer_snapshot_as_Kafka_writes_it_holds_producers_that_were_seen_just_now()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("00000000000000000012.snapshot");
        var table = new ProducerStateTable();
        table.Update(new TestBatch { ProducerId = 7, ProducerEpoch = 2 }.Build(), nowMs: 3);
        ProducerSnapshotFile.Write(Files, path, table);
        const int behindTheEntries = 1 + sizeof(long);
        byte[] bytes = File.ReadAllBytes(path)[..^behindTheEntries];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), Crc32C.Compute(bytes.AsSpan(6)));
        File.WriteAllBytes(path, bytes);
        Assert.That(ReadSnapshot(path)?.Find(7)?.LastSeenMs, Is.EqualTo(ReadAtMs));
    }

    [Test]
    public async Task Indexes_have_Kafkas_bytes()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { IndexIntervalBytes = 150, SegmentBytes = 600 });
        log.AppendMany(6);
        Assert.That(log.Files(".index")[0], Does.EndWith("/00000000000000000000.index"));
        byte[] offsets = [0, 0, 0, 2, 0, 0, 0, 202, 0, 0, 0, 4, 0, 0, 1, 148];
        Assert.That(File.ReadAllBytes(log.Files(".index")[0]), Is.EqualTo(offsets));
        byte[] times = [0, 0, 0, 0, 0, 0, 3, 234, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 236, 0, 0, 0, 4];
        Assert.That(File.ReadAllBytes(log.Files(".timeindex")[0]), Is.EqualTo(times));
    }

    private static ProducerStateTable? ReadSnapshot(string path) =>
        ProducerSnapshotFile.Read(Files, path, ProducerStateLimits.Default, ReadAtMs);
}
