using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Tests.Coordinators;

public sealed class PartitionLoaderTests : PartitionTest
{
    private static readonly GroupTenant Tenant =
        new(new GroupServices(GroupSettings.Default, Guid.NewGuid), () => MetadataImage.Empty);

    [Test]
    public void Of_each_key_the_last_record_is_kept_in_the_order_of_the_log()
    {
        LoadedPartition loaded = Take(
            GroupRequests.Batch(0, GroupRequests.Offset("g", 1, "t"), GroupRequests.Offset("g", 2, "u")),
            GroupRequests.Batch(2, GroupRequests.Offset("g", 3, "v"), GroupRequests.Offset("g", 4, "t")));

        IEnumerable<long?> offsets = loaded.ByKey().Single().Select(GroupRequests.OffsetOf);
        Assert.That(offsets, Is.EqualTo(new long?[] { 2, 3, 4 }));
        Assert.That(loaded.RecordCount, Is.EqualTo(3));
    }

    [Test]
    public void A_tombstone_is_the_last_record_of_its_key()
    {
        LoadedPartition loaded = Take(
            GroupRequests.Batch(0, GroupRequests.Offset("g", 1)),
            GroupRequests.Batch(1, GroupRequests.Offset("g", null)));

        Assert.That(loaded.ByKey().Single().Single().Value, Is.Null);
    }

    [Test]
    public void Records_are_told_apart_by_group_whatever_their_kind()
    {
        LoadedPartition loaded = Take(GroupRequests.Batch(
            0,
            GroupRequests.Offset("g", 1),
            GroupRequests.Offset("h", 2),
            GroupRequests.Generation("g", 5, "m"),
            GroupRequests.Offset("G", 3)));

        var byGroup = loaded.ByKey().ToDictionary(group => group.Key, group => group.Count());
        Assert.That(byGroup, Is.EquivalentTo(new Dictionary<string, int> { ["g"] = 2, ["h"] = 1, ["G"] = 1 }));
    }

    [Test]
    public void Control_batches_and_records_of_unknown_kinds_are_skipped()
    {
        var other = new RecordBatchBuilder(1024);
        other.TryAppend(1, new byte[] { 0x7F, 0xFF }, ReadOnlyMemory<byte>.Empty);
        other.TryAppend(1, new byte[] { 0 }, ReadOnlyMemory<byte>.Empty);
        other.TryAppend(1, null, ReadOnlyMemory<byte>.Empty);
        byte[] foreign = other.Build();
        RecordBatchPatcher.AssignOffsets(foreign, 2, new LeaderEpoch(3));

        LoadedPartition loaded = Take(
            GroupRequests.Batch(0, GroupRequests.Offset("g", 1)),
            GroupRequests.Batch(1, isControl: true, GroupRequests.Offset("g", 2)),
            foreign);

        Assert.That(loaded.ByKey().Single().Select(GroupRequests.OffsetOf), Is.EqualTo(new long?[] { 1 }));
    }

    [Test]
    public void What_was_loaded_does_not_change_with_the_bytes_it_was_read_from()
    {
        byte[] bytes = GroupRequests.Batch(0, GroupRequests.Offset("g", 1));
        var loaded = new LoadedPartition(Tenant, null);
        PartitionLoader.Take(bytes, 1, loaded);
        Array.Clear(bytes);

        PartitionLoader.Take(GroupRequests.Batch(1, GroupRequests.Offset("g", 2)), 2, loaded);

        Assert.That(loaded.RecordCount, Is.EqualTo(1), "the key is still known");
    }

    [Test]
    public void Corrupt_or_incomplete_batches_are_refused()
    {
        byte[] flipped = GroupRequests.Batch(0, GroupRequests.Offset("g", 1));
        flipped[^1] ^= 1;
        byte[] whole = GroupRequests.Batch(0, GroupRequests.Offset("g", 1));

        Assert.That(() => Take(flipped), Throws.TypeOf<CorruptLogException>());
        Assert.That(() => Take(whole[..^1]), Throws.TypeOf<CorruptLogException>());
    }

    [Test]
    public void A_log_is_read_in_pieces_up_to_the_fence_and_no_further()
    {
        PartitionHandle partition = Open(OffsetsTopic.Name);
        Assign(partition, ReplicaRole.Leader, 3);
        for (int offset = 0; offset < 3; offset++) Append(partition, Large(offset));

        LoadedPartition loaded = PartitionLoader.Load(
            partition.Log, upTo: 20_000, new LoadedPartition(Tenant, null));

        IEnumerable<long?> offsets = loaded.ByKey().Single().Select(GroupRequests.OffsetOf);
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(30_000));
        Assert.That(loaded.RecordCount, Is.EqualTo(10_000));
        Assert.That(offsets, Is.All.EqualTo(1L));
    }

    [Test]
    public void Groups_that_are_not_wanted_take_no_memory()
    {
        var loaded = new LoadedPartition(Tenant, new HashSet<string> { "b" });
        PartitionLoader.Take(
            GroupRequests.Batch(0, GroupRequests.Offset("a", 1), GroupRequests.Offset("b", 2)), 2, loaded);
        Assert.That(loaded.ByKey().Select(group => group.Key), Is.EqualTo(["b"]));
        Assert.That(loaded.RecordCount, Is.EqualTo(1));
    }

    private static LoadedPartition Take(params byte[][] batches)
    {
        var loaded = new LoadedPartition(Tenant, null);
        byte[] bytes = [.. batches.SelectMany(batch => batch)];
        PartitionLoader.Take(bytes, upTo: long.MaxValue, loaded);
        return loaded;
    }

    // Strings of a record are short, so that it takes many to make more than is read at once.
    private static CoordinatorRecord[] Large(int offset) =>
    [
        .. Enumerable.Range(0, 10_000).Select(i => GroupRequests.Offset("g", offset, $"{i:d60}")),
    ];

    private static void Append(PartitionHandle partition, CoordinatorRecord[] records)
    {
        RecordBatch.TryRead(GroupRequests.Batch(partition.Log.LogEndOffset, records), out RecordBatch batch);
        LogAppendResult result = partition.Log.Append(partition.Assignment.Token!, batch);
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
    }
}
