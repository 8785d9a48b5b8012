using Akka.Actor;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>A group whose appends fail, or of which nobody hears.</summary>
public sealed class CoordinatedKeyFailureTests : CoordinatedKeyTest
{
    [TestCase(ErrorCode.RequestTimedOut, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.KafkaStorageError, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.FencedLeaderEpoch, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.NotCoordinator, ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.MessageTooLarge, ErrorCode.UnknownServerError)]
    public async Task A_failed_append_refuses_everybody_and_tells_the_partition(ErrorCode append, ErrorCode told)
    {
        IActorRef group = Start();
        OpenCall commit = Commit(group, 1);
        OpenCall fetch = Fetch(group);
        OpenCall later = Commit(group, 2);

        KeyAppend first = await NextOfKey();
        await NextOfKey();
        first.Answer(append);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(told));
        Assert.That(await fetch.ErrorAsync(), Is.EqualTo(told));
        Assert.That(await later.ErrorAsync(), Is.EqualTo(told));
        Assert.That(
            await Partition.ExpectMsgAsync<CoordinatorProtocol.KeyFailed>(),
            Is.EqualTo(new CoordinatorProtocol.KeyFailed(GroupId, append)));
    }

    [Test]
    public async Task A_group_that_failed_appends_nothing_more_and_says_that_it_is_loaded()
    {
        IActorRef group = Start();
        Commit(group, 1);
        Commit(group, 2);
        KeyAppend first = await NextOfKey();
        KeyAppend second = await NextOfKey();
        first.Answer(ErrorCode.KafkaStorageError);
        await Partition.ExpectMsgAsync<CoordinatorProtocol.KeyFailed>();

        second.Answer();
        OpenCall late = Commit(group, 3);

        Assert.That(await late.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Assert.That(Partition.HasMessages, Is.False);
    }

    [Test]
    public async Task An_answer_to_another_append_than_the_oldest_fails_the_group()
    {
        IActorRef group = Start();
        OpenCall first = Commit(group, 1);
        OpenCall second = Commit(group, 2);
        await NextOfKey();

        (await NextOfKey()).Answer();

        await Partition.ExpectMsgAsync<CoordinatorProtocol.KeyFailed>();
        Assert.That(await first.ErrorAsync(), Is.Not.EqualTo(ErrorCode.None));
        Assert.That(await second.ErrorAsync(), Is.Not.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Records_that_cannot_be_read_refuse_their_group_and_leave_the_others_alone()
    {
        CoordinatorRecord offset = GroupRequests.Offset(GroupId, 5);
        IActorRef group = Start(new CoordinatorRecord(offset.KeyType, offset.Key, new HeartbeatRequest(), 0));

        Assert.That(await Fetch(group).ErrorAsync(), Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(await Commit(group, 6).ErrorAsync(), Is.EqualTo(ErrorCode.UnknownServerError));
        OpenCall listed = Open(GroupId, new ListGroupsRequest());
        group.Tell(listed.Call with { IsOfRound = true });
        Assert.That((await listed.AnswerAsync<ListGroupsResponse>()).Groups, Is.Empty);
        Assert.That(Partition.HasMessages, Is.False);
    }
}
