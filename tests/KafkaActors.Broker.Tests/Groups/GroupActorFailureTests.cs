using Akka.Actor;
using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>A group whose appends fail, or of which nobody hears.</summary>
public sealed class GroupActorFailureTests : GroupActorTest
{
    [TestCase(ErrorCode.RequestTimedOut, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.KafkaStorageError, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.FencedLeaderEpoch, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.NotCoordinator, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.MessageTooLarge, ErrorCode.UnknownServerError)]
    public async Task A_failed_append_refuses_everybody_and_tells_the_coordinator(ErrorCode append, ErrorCode told)
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 1);
        OpenCall fetch = Fetch(group);
        OpenCall later = Commit(group, 2);

        (await NextAppend()).Answer(append);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(told));
        Assert.That(await fetch.ErrorAsync(), Is.EqualTo(told));
        Assert.That(await later.ErrorAsync(), Is.EqualTo(told));
        Assert.That(
            await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>(),
            Is.EqualTo(new GroupCoordinatorProtocol.GroupFailed(GroupId, append)));
    }

    [Test]
    public async Task A_group_that_failed_appends_nothing_more_and_says_that_it_is_loaded()
    {
        IActorRef group = Start();
        Commit(group, 1);
        Commit(group, 2);
        SentAppend first = await NextAppend();
        SentAppend second = await NextAppend();
        first.Answer(ErrorCode.KafkaStorageError);
        await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>();

        second.Answer();
        OpenCall late = Commit(group, 3);

        Assert.That(await late.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Assert.That((Region.HasMessages, Coordinator.HasMessages), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task An_answer_to_another_append_than_the_oldest_fails_the_group()
    {
        IActorRef group = Start();
        OpenCall first = Commit(group, 1);
        OpenCall second = Commit(group, 2);
        await NextAppend();

        (await NextAppend()).Answer();

        await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>();
        Assert.That(await first.ErrorAsync(), Is.Not.EqualTo(ErrorCode.None));
        Assert.That(await second.ErrorAsync(), Is.Not.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Without_a_leader_to_append_at_the_group_fails()
    {
        Image = ImageOf(NodeId.None);
        IActorRef group = Start();

        OpenCall commit = Commit(group, 1);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        var failed = await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>();
        Assert.That(failed.Error, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [Test]
    public async Task An_append_that_nobody_answers_is_noticed_under_a_steady_flow_of_others()
    {
        IActorRef group = Start();
        OpenCall lost = Commit(group, 0);
        for (int second = 1; second < 10; second++)
        {
            await Advance(TimeSpan.FromSeconds(1), group);
            Commit(group, second);
            Assert.That(lost.IsAnswered, Is.False, $"after {second} s");
        }

        await Advance(TimeSpan.FromSeconds(1), group);

        var failed = await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>();
        Assert.That(failed.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(await lost.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(Answered, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task An_append_is_not_given_up_because_the_node_itself_slept()
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 1);
        SentAppend append = await NextAppend();
        await Sync(group);

        ((Akka.TestKit.TestScheduler)Sys.Scheduler).Advance(AppendTimeout * 2);
        await Sync(group);
        Assert.That((commit.IsAnswered, Coordinator.HasMessages), Is.EqualTo((false, false)), "its clock stood still");
        append.Answer();

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task An_append_that_began_later_is_watched_from_the_next_round_on()
    {
        IActorRef group = Start();
        OpenCall answered = Commit(group, 1);
        await Advance(TimeSpan.FromSeconds(6), group);
        OpenCall lost = Commit(group, 2);
        (await NextAppend()).Answer();
        Assert.That(await answered.ErrorAsync(), Is.EqualTo(ErrorCode.None));

        await Advance(TimeSpan.FromSeconds(4), group);
        Assert.That((lost.IsAnswered, Coordinator.HasMessages), Is.EqualTo((false, false)));
        await Advance(TimeSpan.FromSeconds(10), group);

        Assert.That(await lost.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        await Coordinator.ExpectMsgAsync<GroupCoordinatorProtocol.GroupFailed>();
    }

    [Test]
    public async Task A_new_append_has_all_its_time_when_those_before_were_answered()
    {
        IActorRef group = Start();
        OpenCall first = Commit(group, 1);
        (await NextAppend()).Answer();
        await first.ErrorAsync();
        await Advance(TimeSpan.FromSeconds(8), group);
        OpenCall second = Commit(group, 2);
        await Advance(TimeSpan.FromSeconds(9), group);

        Assert.That((second.IsAnswered, Coordinator.HasMessages), Is.EqualTo((false, false)));
        (await NextAppend()).Answer();
        Assert.That(await second.ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Records_that_cannot_be_read_refuse_their_group_and_leave_the_others_alone()
    {
        GroupRecord offset = GroupRequests.Offset(GroupId, 5);
        IActorRef group = Start(new GroupRecord(offset.KeyType, offset.Key, new HeartbeatRequest(), 0));

        Assert.That(await Fetch(group).ErrorAsync(), Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(await Commit(group, 6).ErrorAsync(), Is.EqualTo(ErrorCode.UnknownServerError));
        OpenCall listed = Ask(group, GroupId, new ListGroupsRequest(), version: 0);
        Assert.That((await listed.AnswerAsync<ListGroupsResponse>()).Groups, Is.Empty);
        Assert.That((Region.HasMessages, Coordinator.HasMessages), Is.EqualTo((false, false)));
    }
}
