using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Coordination.Tests.Groups;

public sealed class GroupBatchesTests
{
    private const int MaxBytes = 1_048_588;

    [Test]
    public void Records_that_fit_are_one_batch_in_their_order()
    {
        GroupRecord[] records = [Tombstone(1), Epoch(), Tombstone(2)];
        Assert.That(GroupBatches.Split(records, MaxBytes), Is.EqualTo(new[] { records }));
        Assert.That(GroupBatches.Split([], MaxBytes), Is.Empty);
    }

    [Test]
    public void A_group_with_three_thousand_offsets_on_long_names_is_deleted_in_batches_that_the_log_takes()
    {
        GroupRecord[] records = [.. Enumerable.Range(0, 10_000).Select(Tombstone)];
        IReadOnlyList<IReadOnlyList<GroupRecord>> batches = GroupBatches.Split(records, MaxBytes);
        Assert.That(batches.SelectMany(batch => batch), Is.EqualTo(records));
        int[] sizes = [.. batches.Select(SizeOf)];
        Assert.That(sizes, Is.All.LessThanOrEqualTo(MaxBytes));
        Assert.That(
            sizes[..^1], Is.All.GreaterThan(MaxBytes - SizeOf([records[0]])), "none is smaller than it need be");
    }

    [Test]
    public void The_epoch_of_a_consumer_group_is_raised_first_when_there_are_several_batches()
    {
        GroupRecord[] records = [.. Enumerable.Range(0, 10_000).Select(Tombstone), Epoch()];
        IReadOnlyList<IReadOnlyList<GroupRecord>> batches = GroupBatches.Split(records, MaxBytes);
        Assert.That(batches[0][0], Is.SameAs(records[^1]));
        Assert.That(batches.SelectMany(batch => batch).Skip(1), Is.EqualTo(records[..^1]));
    }

    [Test]
    public void A_record_that_does_not_fit_at_all_is_left_to_the_log_to_refuse()
    {
        GroupRecord[] records = [Tombstone(1), Tombstone(2)];
        Assert.That(GroupBatches.Split(records, 100), Has.Count.EqualTo(2));
    }

    private static int SizeOf(IReadOnlyList<GroupRecord> records)
    {
        var builder = new RecordBatchBuilder(int.MaxValue);
        foreach (GroupRecord record in records) builder.TryAppend(1, record.EncodedKey, record.EncodedValue);
        return builder.Build().Length;
    }

    private static GroupRecord Tombstone(int number) => new(
        GroupRecordTypes.OffsetCommit,
        new OffsetCommitKey { Group = "g", Topic = new string('t', 249), Partition = number },
        null,
        0);

    private static GroupRecord Epoch() => new(
        GroupRecordTypes.ConsumerGroupMetadata,
        new ConsumerGroupMetadataKey { GroupId = "g" },
        new ConsumerGroupMetadataValue { Epoch = 5 },
        0);
}
