using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

public sealed class GroupRecordOrderTests
{
    private const int MaxBytes = 1_048_588;

    [Test]
    public void Records_that_fit_into_one_batch_keep_their_order()
    {
        CoordinatorRecord[] records = [Tombstone(1), Epoch(), Tombstone(2)];
        Assert.That(GroupRecordOrder.Of(records, () => MaxBytes), Is.SameAs(records));
        Assert.That(GroupRecordOrder.Of([], () => MaxBytes), Is.Empty);
    }

    [Test]
    public void The_epoch_of_a_consumer_group_is_raised_first_when_there_are_several_batches()
    {
        CoordinatorRecord[] records = [.. Enumerable.Range(0, 10_000).Select(Tombstone), Epoch()];
        IReadOnlyList<CoordinatorRecord> ordered = GroupRecordOrder.Of(records, () => MaxBytes);
        Assert.That(ordered[0], Is.SameAs(records[^1]));
        Assert.That(ordered.Skip(1), Is.EqualTo(records[..^1]));
    }

    private static CoordinatorRecord Tombstone(int number) => new(
        GroupRecordTypes.OffsetCommit,
        new OffsetCommitKey { Group = "g", Topic = new string('t', 249), Partition = number },
        null,
        0);

    private static CoordinatorRecord Epoch() => new(
        GroupRecordTypes.ConsumerGroupMetadata,
        new ConsumerGroupMetadataKey { GroupId = "g" },
        new ConsumerGroupMetadataValue { Epoch = 5 },
        0);
}
