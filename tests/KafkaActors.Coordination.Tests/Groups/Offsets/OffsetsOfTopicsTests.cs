using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Offsets;

/// <summary>Offsets belong to partitions that the cluster has, and to topics by their ids.</summary>
public sealed class OffsetsOfTopicsTests
{
    [TestCase("t", 10)]
    [TestCase("t", -5)]
    [TestCase("t", int.MaxValue)]
    [TestCase("t", int.MinValue)]
    [TestCase("x", 0)]
    [TestCase("", 0)]
    public void A_commit_for_what_does_not_exist_is_refused_and_not_stored(string topic, int partition)
    {
        var group = new GroupScene();
        Assert.That(group.Commit(topic, partition), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((group.Log.Count, group.Core.Exists), Is.EqualTo((0, false)));
        Assert.That(group.DeleteOffsets("t", 0).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [Test]
    public void What_exists_is_stored_whatever_else_a_commit_names()
    {
        var group = new GroupScene();
        ErrorCode[] outcomes = group.CommitAll(Topic("x", 0), Topic("t", 1, 99, 2), Topic("u", -1));
        Assert.That(outcomes, Is.EqualTo(new[]
        {
            ErrorCode.UnknownTopicOrPartition, ErrorCode.None, ErrorCode.UnknownTopicOrPartition, ErrorCode.None,
            ErrorCode.UnknownTopicOrPartition,
        }));
        Assert.That(group.Committed(), Is.EqualTo(["t-1=7", "t-2=7"]));
    }

    [Test]
    public void Who_may_not_commit_still_learns_what_does_not_exist()
    {
        var group = new GroupScene();
        group.Form(1);
        Assert.That(group.Commit("x", memberId: "nobody", generation: 1),
            Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(group.Commit("t", memberId: "nobody", generation: 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_partition_that_is_named_twice_is_answered_twice_and_keeps_the_last()
    {
        var group = new GroupScene();
        OffsetCommitRequest.OffsetCommitTopic twice = Topic("t", 1, 1);
        twice.Partitions[1].CommittedOffset = 8;
        Assert.That(group.CommitAll(twice, Topic("t", 2)), Is.EqualTo(Enumerable.Repeat(ErrorCode.None, 3)));
        Assert.That(group.Committed(), Is.EqualTo(["t-1=8", "t-2=7"]));
    }

    [Test]
    public void A_commit_that_is_too_large_is_refused_as_a_whole_and_changes_nothing()
    {
        var group = new GroupScene();
        group.Commit("t", 1, offset: 3);
        OffsetCommitRequest.OffsetCommitTopic large = Topic("t", [.. Enumerable.Repeat(1, 300)]);
        foreach (OffsetCommitRequest.OffsetCommitPartition partition in large.Partitions)
            partition.CommittedMetadata = new string('x', 4096);
        ErrorCode[] outcomes = group.CommitAll(large, Topic("x", 0));
        Assert.That(outcomes[..^1], Is.All.EqualTo(ErrorCode.InvalidCommitOffsetSize));
        Assert.That(outcomes[^1], Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((group.Log.Count, group.Committed()[0]), Is.EqualTo((1, "t-1=3")));
    }

    [Test]
    public void A_commit_is_taken_up_to_the_last_byte_of_the_limit()
    {
        int limit = SizeOf([.. Enumerable.Range(0, 10)]);
        Assert.That(new GroupScene(maxBatchBytes: limit).CommitAll(Topic("t", [.. Enumerable.Range(0, 10)])),
            Is.All.EqualTo(ErrorCode.None));
        Assert.That(new GroupScene(maxBatchBytes: limit - 1).CommitAll(Topic("t", [.. Enumerable.Range(0, 10)])),
            Is.All.EqualTo(ErrorCode.InvalidCommitOffsetSize));
    }

    [Test]
    public void A_topic_that_is_made_again_starts_without_offsets_before_anybody_has_noticed()
    {
        GroupScene group = Committed();
        group.Image = GroupScene.TopicMadeAgain();
        Assert.That(group.Committed(), Is.EqualTo(["u-0=1"]));
        Assert.That(group.Fetch([new() { Name = "t", PartitionIndexes = [0] }]).Topics[0].Partitions[0].CommittedOffset,
            Is.EqualTo(-1));
    }

    [Test]
    public void The_notice_of_a_deletion_erases_what_was_committed_before_it_and_nothing_else([Values] bool isMadeAgain)
    {
        GroupScene group = Committed();
        group.Image = isMadeAgain ? GroupScene.TopicMadeAgain() : Deleted();
        if (isMadeAgain) group.Commit("t", 1, offset: 5);
        int before = group.Log.Count;
        group.Take(group.Core.TopicsDeleted(["t", "x"], group.Image));
        string[] left = isMadeAgain ? ["t-1=5", "u-0=1"] : ["u-0=1"];
        Assert.That(group.Committed(), Is.EqualTo(left));
        Assert.That(group.Log.Skip(before).All(record => record.Value is null), Is.True);
        Assert.That(group.Log, Has.Count.EqualTo(before + (isMadeAgain ? 1 : 2)));
        Assert.That(group.Reload().Committed(), Is.EqualTo(left), "memory and log tell one truth");
    }

    [Test]
    public void A_load_erases_what_nobody_gave_notice_of([Values] bool isMadeAgain)
    {
        GroupScene group = Committed();
        group.Image = isMadeAgain ? GroupScene.TopicMadeAgain() : Deleted();
        group.Reload();
        Assert.That(group.Committed(), Is.EqualTo(["u-0=1"]));
        Assert.That(group.Log.Count(record => record.Value is null), Is.EqualTo(2), "the log is rid of them too");
    }

    [Test]
    public void An_offset_of_an_older_log_belongs_to_the_topic_of_that_name()
    {
        var group = new GroupScene();
        group.Log.Add(new CoordinatorRecord(
            GroupRecordTypes.OffsetCommit,
            new OffsetCommitKey { Group = GroupScene.GroupId, Topic = "t", Partition = 4 },
            new OffsetCommitValue { Offset = 9, Metadata = "" },
            3));
        Assert.That(group.Reload().Committed(), Is.EqualTo(["t-4=9"]));
        group.Image = GroupScene.TopicMadeAgain();
        group.Take(group.Core.TopicsDeleted(["t"], group.Image));
        Assert.That(group.Committed(), Is.Empty);
    }

    [Test]
    public void Offsets_of_what_does_not_exist_cannot_be_deleted()
    {
        GroupScene group = Committed();
        Assert.That(group.DeleteOffsets("x", 0).Topics[0].Partitions[0].ErrorCode,
            Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(
            group.DeleteOffsets("t", 0, 10, -1, 0).Topics[0].Partitions.Select(partition => partition.ErrorCode),
            Is.EqualTo(new[]
            {
                ErrorCode.None, ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition, ErrorCode.None,
            }));
    }

    private static GroupScene Committed()
    {
        var group = new GroupScene();
        group.Commit("t", 0);
        group.Commit("t", 1);
        group.Commit("u", 0);
        return group;
    }

    private static MetadataImage Deleted() =>
        GroupScene.Topics().With(new MetadataEvent.TopicDeleted(ImageBuilder.Id(1))).Image;

    private static OffsetCommitRequest.OffsetCommitTopic Topic(string name, params int[] partitions) => new()
    {
        Name = name,
        Partitions = [.. partitions.Select(partition => new OffsetCommitRequest.OffsetCommitPartition
        {
            PartitionIndex = partition, CommittedOffset = 7,
        })],
    };

    /// <summary>The bytes of the batch that such a commit makes.</summary>
    private static int SizeOf(int[] partitions)
    {
        var group = new GroupScene();
        group.CommitAll(Topic("t", partitions));
        var builder = new KafkaActors.Protocol.Records.RecordBatchBuilder(int.MaxValue);
        foreach (CoordinatorRecord record in group.Log) builder.TryAppend(1, record.EncodedKey, record.EncodedValue);
        return builder.Build().Length;
    }
}
