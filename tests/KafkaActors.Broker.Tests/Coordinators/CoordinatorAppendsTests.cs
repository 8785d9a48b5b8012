using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>How a partition appends for its groups, and what it does about what is not answered.</summary>
public sealed class CoordinatorAppendsTests : CoordinatorTest
{
    private const string OtherId = "other";

    [Test]
    public async Task What_comes_while_a_batch_is_on_its_way_goes_together_once_that_is_answered()
    {
        IActorRef coordinator = await StartServing();
        OpenCall first = Commit(coordinator, 1);
        SentAppend alone = await NextLocalAppend();
        OpenCall second = Commit(coordinator, 2);
        OpenCall other = Commit(coordinator, 3, OtherId);
        await Sync(coordinator);
        Assert.That(Leader.HasMessages, Is.False);

        Store(alone);
        SentAppend together = await NextLocalAppend();

        Assert.That(await first.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That((second.IsAnswered, other.IsAnswered), Is.EqualTo((false, false)));
        Assert.That(
            GroupRequests.Records(together.Append.Batch).Select(GroupRequests.OffsetOf),
            Is.EquivalentTo(new long?[] { 2, 3 }));
        Store(together);
        Assert.That(await second.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(await other.ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task What_was_gathered_waits_a_short_time_for_a_slow_batch_and_no_longer()
    {
        IActorRef coordinator = await StartServing();
        Commit(coordinator, 1);
        SentAppend slow = await NextLocalAppend();
        OpenCall other = Commit(coordinator, 3, OtherId);
        await Sync(coordinator);
        Assert.That(Leader.HasMessages, Is.False);

        await Advance(AppendLinger, coordinator);

        Store(await NextLocalAppend());
        Assert.That(await other.ErrorAsync(), Is.EqualTo(ErrorCode.None), "though the first is not answered");
        slow.Answer(ErrorCode.KafkaStorageError);
    }

    [Test]
    public async Task A_decision_of_many_records_goes_in_several_batches_and_is_answered_after_the_last()
    {
        CoordinatorRecord[] offsets = [.. Enumerable.Range(0, 20).Select(number =>
            GroupRequests.Offset(GroupId, number, $"{number}{new string('n', 240)}"))];
        foreach (CoordinatorRecord offset in offsets)
            Image = With(Image, ((OffsetCommitKey)offset.Key).Topic, TopicId.NewRandom());
        Store(offsets);
        IActorRef coordinator = await StartServing();
        MaxBatchBytes = 1000;
        OpenCall delete = Ask(coordinator, GroupId, GroupRequests.Delete(GroupId));
        var erased = new List<CoordinatorRecord>();
        while (erased.Count < offsets.Length)
        {
            Assert.That(delete.IsAnswered, Is.False);
            SentAppend append = await NextLocalAppend();
            Assert.That(append.Append.Batch.Length, Is.LessThanOrEqualTo(MaxBatchBytes));
            erased.AddRange(GroupRequests.Records(append.Append.Batch));
            append.Answer();
        }

        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(erased.Select(record => ((OffsetCommitKey)record.Key).Topic),
            Is.EquivalentTo(offsets.Select(record => ((OffsetCommitKey)record.Key).Topic)));
        Assert.That(erased.All(record => record.Value is null), Is.True);
    }

    [Test]
    public async Task Without_a_leader_to_append_at_the_group_is_refused_and_read_again()
    {
        IActorRef coordinator = await StartServing();
        TopicImage leaderless = ImageOf(NodeId.None).Topics[OffsetsTopicId];
        Image = Image with { Topics = Image.Topics.SetItem(OffsetsTopicId, leaderless) };

        Assert.That(await Commit(coordinator, 1).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
    }

    [Test]
    public async Task An_append_that_nobody_answers_is_noticed_under_a_steady_flow_of_others()
    {
        IActorRef coordinator = await StartServing();
        OpenCall lost = Commit(coordinator, 0);
        for (int second = 1; second < 10; second++)
        {
            await Advance(TimeSpan.FromSeconds(1), coordinator);
            Commit(coordinator, second);
            Assert.That(lost.IsAnswered, Is.False, $"after {second} s");
        }

        await Advance(TimeSpan.FromSeconds(1), coordinator);

        Assert.That(await lost.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
    }

    [Test]
    public async Task An_append_is_not_given_up_because_the_node_itself_slept()
    {
        IActorRef coordinator = await StartServing();
        OpenCall commit = Commit(coordinator, 1);
        SentAppend append = await NextLocalAppend();
        await Sync(coordinator);

        ((TestScheduler)Sys.Scheduler).Advance(AppendTimeout * 2);
        await Sync(coordinator);
        Assert.That(commit.IsAnswered, Is.False, "its clock stood still");
        Store(append);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task An_append_that_began_later_is_given_up_later()
    {
        IActorRef coordinator = await StartServing();
        OpenCall answered = Commit(coordinator, 1);
        Store(await NextLocalAppend());
        Assert.That(await answered.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        await Advance(TimeSpan.FromSeconds(6), coordinator);
        OpenCall lost = Commit(coordinator, 2);

        await Advance(TimeSpan.FromSeconds(9), coordinator);
        Assert.That(lost.IsAnswered, Is.False);
        await Advance(TimeSpan.FromSeconds(1), coordinator);

        Assert.That(await lost.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }
}
