using Akka.Actor;
using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>A group while its appends succeed.</summary>
public sealed class GroupActorTests : GroupActorTest
{
    [Test]
    public async Task An_answer_waits_until_its_records_are_committed()
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 5);
        SentAppend append = await NextAppend();
        await Sync(group);
        bool isEarly = commit.IsAnswered;

        append.Answer();

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(isEarly, Is.False);
        Assert.That(append.Append.Coordinator, Is.EqualTo(CoordinatorEpoch));
        Assert.That(GroupRequests.Records(append.Append.Batch).Single().Key, Is.TypeOf<OffsetCommitKey>());
    }

    [Test]
    public async Task Answers_leave_in_the_order_of_the_decisions()
    {
        IActorRef group = Start();
        OpenCall first = Commit(group, 1);
        OpenCall fetchOfFirst = Fetch(group);
        OpenCall second = Commit(group, 2);
        OpenCall fetchOfSecond = Fetch(group);
        OpenCall heartbeat = Ask(group, GroupId, GroupRequests.Heartbeat(GroupId, "nobody", 1));
        SentAppend firstAppend = await NextAppend();
        SentAppend secondAppend = await NextAppend();
        await Sync(group);
        Assert.That(Answered, Is.Empty, "what needs no record waits for what was decided before it");

        firstAppend.Answer();
        await Sync(group);
        Assert.That(Answered, Is.EqualTo(new[] { first, fetchOfFirst }));

        secondAppend.Answer();
        Assert.That(await heartbeat.ErrorAsync(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Answered, Is.EqualTo(new[] { first, fetchOfFirst, second, fetchOfSecond, heartbeat }));
        Assert.That(await fetchOfFirst.OffsetAsync(), Is.EqualTo(1));
        Assert.That(await fetchOfSecond.OffsetAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task What_needs_no_record_is_answered_at_once_while_nothing_waits()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 8));

        Assert.That(await Fetch(group).OffsetAsync(), Is.EqualTo(8));
        Assert.That(Region.HasMessages, Is.False);
    }

    [Test]
    public async Task An_emptied_group_says_so_and_hands_later_calls_to_its_parent()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 8));
        OpenCall delete = Ask(group, GroupId, GroupRequests.Delete(GroupId));
        SentAppend append = await NextAppend();
        await Sync(group);
        Assert.That(Coordinator.HasMessages, Is.False, "not before the log has it");

        append.Answer();

        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(GroupRequests.Records(append.Append.Batch).Single().Value, Is.Null);
        Assert.That(
            (await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.Gone>()).GroupId, Is.EqualTo(GroupId));
        OpenCall late = Commit(group, 9);
        Assert.That(await Coordinator.ExpectMsgAsync<GroupCall>(), Is.SameAs(late.Call));
        Assert.That((late.IsAnswered, Region.HasMessages), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task A_group_that_was_asked_for_in_vain_is_gone_too()
    {
        IActorRef group = Start();

        OpenCall heartbeat = Ask(group, GroupId, GroupRequests.Heartbeat(GroupId, "nobody", 1));

        Assert.That(await heartbeat.ErrorAsync(), Is.EqualTo(ErrorCode.UnknownMemberId));
        await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.Gone>();
    }

    [Test]
    public async Task A_group_that_stops_refuses_what_waits_with_not_coordinator()
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 1);
        OpenCall fetch = Fetch(group);
        await NextAppend();

        group.Tell(PoisonPill.Instance);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(await fetch.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task Records_of_the_log_bring_back_members_and_offsets()
    {
        IActorRef group = Start(
            GroupRequests.Offset(GroupId, 7),
            GroupRequests.Generation(GroupId, 3, "old"),
            GroupRequests.Offset(GroupId, 8),
            GroupRequests.Generation(GroupId, 4, "member"));

        Assert.That(await Fetch(group).OffsetAsync(), Is.EqualTo(8));
        Assert.That(await HeartbeatAsync(group, "member", 4), Is.EqualTo(ErrorCode.None));
        Assert.That(await HeartbeatAsync(group, "member", 3), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(await HeartbeatAsync(group, "old", 4), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public async Task What_a_group_writes_is_what_the_next_one_starts_from()
    {
        IActorRef before = Start();
        OpenCall join = Ask(before, GroupId, GroupRequests.Join(GroupId, "member"), version: 1);
        SentAppend append = await NextAppend();
        append.Answer();
        int epoch = (await join.AnswerAsync<ConsumerGroupHeartbeatResponse>()).MemberEpoch;

        IActorRef after = Start([.. GroupRequests.Records(append.Append.Batch)]);
        OpenCall stay = Ask(after, GroupId, GroupRequests.Stay(GroupId, "member", epoch), version: 1);

        Assert.That(await stay.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That((await stay.AnswerAsync<ConsumerGroupHeartbeatResponse>()).MemberEpoch, Is.EqualTo(epoch));
    }

    [Test]
    public async Task A_member_that_is_silent_is_taken_out_when_its_session_ends()
    {
        IActorRef group = Start(GroupRequests.Generation(GroupId, 4, "member"), GroupRequests.Offset(GroupId, 8));
        await Sync(group);

        await Advance(TimeSpan.FromSeconds(9), group);
        Assert.That(await HeartbeatAsync(group, "member", 4), Is.EqualTo(ErrorCode.None));
        await Advance(TimeSpan.FromSeconds(9), group);
        Assert.That(Region.HasMessages, Is.False, "its heartbeat gave it ten seconds more");
        await Advance(TimeSpan.FromSeconds(2), group);

        SentAppend append = await NextAppend();
        var value = (GroupMetadataValue)GroupRequests.Records(append.Append.Batch).Single().Value!;
        Assert.That(value.Members, Is.Empty);
    }

    [Test]
    public async Task Offsets_in_a_deleted_topic_are_deleted()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 7), GroupRequests.Offset(GroupId, 8, "kept"));
        await Sync(group);
        Image = Without(Image, GroupRequests.Topic);

        group.Tell(new GroupCoordinatorProtocol.TopicsDeleted([GroupRequests.Topic]), TestActor);

        GroupRecord tombstone = GroupRequests.Records((await NextAppend()).Append.Batch).Single();
        Assert.That(((OffsetCommitKey)tombstone.Key).Topic, Is.EqualTo(GroupRequests.Topic));
        Assert.That(tombstone.Value, Is.Null);
    }

    [Test]
    public async Task What_was_deleted_while_nobody_served_the_group_is_erased_when_it_is_loaded()
    {
        Image = Without(Image, GroupRequests.Topic);

        IActorRef group = Start(GroupRequests.Offset(GroupId, 7), GroupRequests.Offset(GroupId, 8, "kept"));

        SentAppend append = await NextAppend();
        OpenCall fetch = Fetch(group);
        Assert.That(GroupRequests.Records(append.Append.Batch).Single().Value, Is.Null);
        append.Answer();
        Assert.That(await fetch.OffsetAsync(), Is.EqualTo(-1));
    }

    [Test]
    public async Task A_group_that_was_empty_but_for_deleted_topics_is_gone_when_the_log_has_that()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 7));
        await Sync(group);
        Image = Without(Image, GroupRequests.Topic);
        group.Tell(new GroupCoordinatorProtocol.TopicsDeleted([GroupRequests.Topic]), TestActor);

        (await NextAppend()).Answer();

        await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.Gone>();
    }

    [Test]
    public async Task A_decision_of_many_records_goes_in_several_batches_and_is_answered_after_the_last()
    {
        MaxBatchBytes = 1000;
        GroupRecord[] offsets = [.. Enumerable.Range(0, 20).Select(number =>
            GroupRequests.Offset(GroupId, number, $"{number}{new string('n', 240)}"))];
        foreach (GroupRecord offset in offsets)
            Image = With(Image, ((OffsetCommitKey)offset.Key).Topic, TopicId.NewRandom());
        IActorRef group = Start(offsets);
        OpenCall delete = Ask(group, GroupId, GroupRequests.Delete(GroupId));
        var erased = new List<GroupRecord>();
        while (erased.Count < offsets.Length)
        {
            Assert.That(delete.IsAnswered, Is.False);
            SentAppend append = await NextAppend();
            Assert.That(append.Append.Batch.Length, Is.LessThanOrEqualTo(MaxBatchBytes));
            erased.AddRange(GroupRequests.Records(append.Append.Batch));
            append.Answer();
        }

        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(erased.Select(record => ((OffsetCommitKey)record.Key).Topic),
            Is.EquivalentTo(offsets.Select(record => ((OffsetCommitKey)record.Key).Topic)));
        Assert.That(erased.All(record => record.Value is null), Is.True);
    }

    private Task<ErrorCode> HeartbeatAsync(IActorRef group, string member, int generation) =>
        Ask(group, GroupId, GroupRequests.Heartbeat(GroupId, member, generation)).ErrorAsync();
}
