using Akka.Actor;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>A group while its appends succeed.</summary>
public sealed class CoordinatedKeyActorTests : CoordinatedKeyTest
{
    [Test]
    public async Task An_answer_waits_until_its_records_are_committed()
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 5);
        KeyAppend append = await NextOfKey();
        await Sync(group);
        bool isEarly = commit.IsAnswered;

        append.Answer();

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(isEarly, Is.False);
        Assert.That(append.Records.Single().Key, Is.TypeOf<OffsetCommitKey>());
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
        KeyAppend firstAppend = await NextOfKey();
        KeyAppend secondAppend = await NextOfKey();
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
        Assert.That(Partition.HasMessages, Is.False);
    }

    [Test]
    public async Task An_emptied_group_says_so_and_hands_later_calls_to_its_parent()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 8));
        OpenCall delete = Ask(group, GroupId, GroupRequests.Delete(GroupId));
        KeyAppend append = await NextOfKey();
        await Sync(group);
        Assert.That(Partition.HasMessages, Is.False, "not before the log has it");

        append.Answer();

        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(append.Records.Single().Value, Is.Null);
        Assert.That(
            (await Partition.ExpectMsgAsync<CoordinatorProtocol.Gone>()).Key, Is.EqualTo(GroupId));
        OpenCall late = Commit(group, 9);
        Assert.That(await Partition.ExpectMsgAsync<GroupCall>(), Is.SameAs(late.Call));
        Assert.That((late.IsAnswered, Partition.HasMessages), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task A_group_that_was_asked_for_in_vain_is_gone_too()
    {
        IActorRef group = Start();

        OpenCall heartbeat = Ask(group, GroupId, GroupRequests.Heartbeat(GroupId, "nobody", 1));

        Assert.That(await heartbeat.ErrorAsync(), Is.EqualTo(ErrorCode.UnknownMemberId));
        await Partition.ExpectMsgAsync<CoordinatorProtocol.Gone>();
    }

    [Test]
    public async Task A_group_that_stops_refuses_what_waits_with_not_coordinator()
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 1);
        OpenCall fetch = Fetch(group);
        await NextOfKey();

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
        KeyAppend append = await NextOfKey();
        append.Answer();
        int epoch = (await join.AnswerAsync<ConsumerGroupHeartbeatResponse>()).MemberEpoch;

        IActorRef after = Start([.. append.Records]);
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
        Assert.That(Partition.HasMessages, Is.False, "its heartbeat gave it ten seconds more");
        await Advance(TimeSpan.FromSeconds(2), group);

        KeyAppend append = await NextOfKey();
        var value = (GroupMetadataValue)append.Records.Single().Value!;
        Assert.That(value.Members, Is.Empty);
    }

    [Test]
    public async Task Offsets_in_a_deleted_topic_are_deleted()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 7), GroupRequests.Offset(GroupId, 8, "kept"));
        await Sync(group);
        Image = Without(Image, GroupRequests.Topic);

        group.Tell(new CoordinatorProtocol.TopicsDeleted([GroupRequests.Topic]), TestActor);

        CoordinatorRecord tombstone = (await NextOfKey()).Records.Single();
        Assert.That(((OffsetCommitKey)tombstone.Key).Topic, Is.EqualTo(GroupRequests.Topic));
        Assert.That(tombstone.Value, Is.Null);
    }

    [Test]
    public async Task What_was_deleted_while_nobody_served_the_group_is_erased_when_it_is_loaded()
    {
        Image = Without(Image, GroupRequests.Topic);

        IActorRef group = Start(GroupRequests.Offset(GroupId, 7), GroupRequests.Offset(GroupId, 8, "kept"));

        KeyAppend append = await NextOfKey();
        OpenCall fetch = Fetch(group);
        Assert.That(append.Records.Single().Value, Is.Null);
        append.Answer();
        Assert.That(await fetch.OffsetAsync(), Is.EqualTo(-1));
    }

    [Test]
    public async Task A_group_that_was_empty_but_for_deleted_topics_is_gone_when_the_log_has_that()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 7));
        await Sync(group);
        Image = Without(Image, GroupRequests.Topic);
        group.Tell(new CoordinatorProtocol.TopicsDeleted([GroupRequests.Topic]), TestActor);

        (await NextOfKey()).Answer();

        await Partition.ExpectMsgAsync<CoordinatorProtocol.Gone>();
    }

    [Test]
    public async Task A_round_over_every_key_waits_for_no_append()
    {
        IActorRef group = Start(GroupRequests.Offset(GroupId, 8));
        Commit(group, 9);
        KeyAppend slow = await NextOfKey();

        Assert.That(await ListedAsync(group), Is.EqualTo(new[] { GroupId }));
        slow.Answer(ErrorCode.RequestTimedOut);
        await Partition.ExpectMsgAsync<CoordinatorProtocol.KeyFailed>();
        Assert.That(await ListedAsync(group), Is.EqualTo(new[] { GroupId }), "until it is read again");
    }

    private async Task<IEnumerable<string>> ListedAsync(IActorRef group)
    {
        OpenCall part = Open(GroupId, new ListGroupsRequest());
        group.Tell(part.Call with { IsOfRound = true });
        return (await part.AnswerAsync<ListGroupsResponse>()).Groups.Select(listed => listed.GroupId);
    }

    private Task<ErrorCode> HeartbeatAsync(IActorRef group, string member, int generation) =>
        Ask(group, GroupId, GroupRequests.Heartbeat(GroupId, member, generation)).ErrorAsync();
}
