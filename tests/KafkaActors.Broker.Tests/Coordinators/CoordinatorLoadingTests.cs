using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>How a coordinator comes to serve.</summary>
public sealed class CoordinatorLoadingTests : CoordinatorTest
{
    [Test]
    public async Task A_partition_is_fenced_first_and_read_up_to_the_fence()
    {
        Store(GroupRequests.Offset(GroupId, 5));
        IActorRef coordinator = await Start();
        await Grant(4);
        SentAppend fence = await NextFence(4);
        Store(GroupRequests.Offset(GroupId, 6));
        ErrorCode beforeFence = await Fetch(coordinator).ErrorAsync();

        fence.Answer(ErrorCode.None, Partition.Log.LogEndOffset);
        Store(GroupRequests.Offset(GroupId, 7));
        await Served(coordinator);

        Assert.That(beforeFence, Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(6), "what came before the fence, and only that");
    }

    [Test]
    public async Task Nobody_is_served_and_no_door_is_open_before_there_is_an_epoch()
    {
        IActorRef coordinator = await Start();

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(Door.TryGet(out _), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        await Grant(4);
        await NextFence(4);
        Assert.That(Door.TryGet(out IActorRef open), Is.EqualTo(ErrorCode.None));
        Assert.That(open, Is.EqualTo(coordinator));
        coordinator.Tell(PoisonPill.Instance);
        await Eventually.That(() => Door.TryGet(out _), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [Test]
    public async Task A_partition_that_is_read_serves_while_another_is_not()
    {
        Image = ImageOf(Self, Other);
        IActorRef coordinator = await StartServing();
        SentAppend elsewhere = await NextAppend();

        Assert.That(elsewhere.Append.Partition.Partition, Is.EqualTo(1));
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(-1));
        Assert.That(
            await Fetch(coordinator, ElsewhereId).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Assert.That((await List(coordinator)).ErrorCode, Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
    }

    [Test]
    public async Task A_partition_without_a_leader_is_fenced_when_it_has_one()
    {
        Image = ImageOf(NodeId.None);
        IActorRef coordinator = await Start();
        await Grant(4);
        await Sync(coordinator);
        Assert.That(Leader.HasMessages, Is.False);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(Door.FaultOf(GroupId), Does.Contain("nobody leads it while node"));

        MetadataImage before = Image;
        Image = before with { Topics = ImageOf(Self).Topics };
        Tell(coordinator, before);

        SentAppend fence = await NextFence(4);
        Assert.That(Door.FaultOf(GroupId), Is.Null);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Store(fence);
        await Served(coordinator);
    }

    [Test]
    public async Task A_partition_that_nobody_leads_refuses_its_groups_and_no_others()
    {
        Image = ImageOf(Self, NodeId.None);
        IActorRef coordinator = await StartServing();

        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(-1));
        Assert.That(
            await Fetch(coordinator, ElsewhereId).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That((await List(coordinator)).ErrorCode, Is.EqualTo(ErrorCode.None), "others' groups are listed");
    }

    [Test]
    public async Task A_topic_that_does_not_exist_yet_is_told_as_no_coordinator()
    {
        MetadataImage with = Image;
        Image = with with { Topics = MetadataImage.Empty.Topics, TopicIds = MetadataImage.Empty.TopicIds };
        IActorRef coordinator = await Start();
        await Grant(4);
        await Sync(coordinator);

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [Test]
    public async Task A_fence_that_nobody_answers_is_appended_again()
    {
        IActorRef coordinator = await Start();
        await Grant(4);
        SentAppend lost = await NextFence(4);
        await Advance(AppendTimeout * 2, coordinator);

        SentAppend again = await NextFence(4);
        lost.Answer(ErrorCode.None, 0);
        await Sync(coordinator);

        Assert.That(again.Append.CorrelationId, Is.Not.EqualTo(lost.Append.CorrelationId));
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Store(again);
        await Served(coordinator);
    }

    [Test]
    public async Task A_fence_that_is_refused_is_appended_again_after_a_pause()
    {
        IActorRef coordinator = await Start();
        await Grant(4);
        (await NextFence(4)).Answer(ErrorCode.NotLeaderOrFollower);
        await Sync(coordinator);
        Assert.That(Leader.HasMessages, Is.False, "not at once");

        await Advance(RetryBackoff, coordinator);

        Store(await NextFence(4));
        await Served(coordinator);
    }

    [Test]
    public async Task A_partition_that_cannot_be_read_is_fenced_and_read_again()
    {
        IActorRef coordinator = await Start();
        await Grant(4);
        SentAppend fence = await NextFence(4);
        MetadataImage readable = Image;
        Image = readable with { Topics = MetadataImage.Empty.Topics, TopicIds = MetadataImage.Empty.TopicIds };
        await EventFilter.Warning(contains: "is read again").ExpectOneAsync(() =>
        {
            Store(fence);
            return Task.CompletedTask;
        });
        Image = readable;
        await Sync(coordinator);

        var refused = await Ask(
            coordinator, GroupId, GroupRequests.Stay(GroupId, "member", 1), version: 1)
            .AnswerAsync<ConsumerGroupHeartbeatResponse>();
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(
            refused.ErrorMessage, Does.Contain("Partition 0 of __consumer_offsets").And.Contain("the topic is"));
        Assert.That((await List(coordinator)).ErrorCode, Is.EqualTo(ErrorCode.None), "others' groups are listed");

        await Advance(TimeSpan.FromSeconds(5), coordinator);

        Store(await NextFence(4));
        await Served(coordinator);
    }

    [Test]
    public async Task An_offline_partition_is_said_once_and_its_groups_learn_why()
    {
        IActorRef coordinator = await Start();
        await Grant(4);
        await EventFilter.Warning(contains: "its log is offline").ExpectOneAsync(async () =>
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                (await NextFence(4)).Answer(ErrorCode.KafkaStorageError);
                await Advance(RetryBackoff, coordinator);
            }
        });
        OpenCall described = Ask(coordinator, GroupId, new DescribeGroupsRequest { Groups = [GroupId] }, version: 6);

        DescribeGroupsResponse.DescribedGroup group =
            (await described.AnswerAsync<DescribeGroupsResponse>()).Groups.Single();
        Assert.That(group.ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        Assert.That(group.ErrorMessage, Does.Contain("offline"));
        Assert.That(Door.FaultOf(GroupId), Is.EqualTo(group.ErrorMessage), "as who looks for a coordinator learns");
        Store(await NextFence(4));
        await Eventually.That(() => Door.FaultOf(GroupId), Is.Null);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_controller_whose_answer_is_lost_is_asked_again()
    {
        IActorRef coordinator = await Start();
        await Controller.ExpectMsgAsync<ControllerProtocol.StartCoordinator>();

        await Advance(ControllerProxy.RequestTimeout * 2, coordinator);

        await Grant(4);
        await NextFence(4);
    }

    [Test]
    public async Task A_controller_that_does_not_know_is_asked_again()
    {
        IActorRef coordinator = await Start();
        var asked = await Controller.ExpectMsgAsync<ControllerProtocol.StartCoordinator>();
        Controller.Sender.Tell(new ControllerProtocol.Refused(asked.Id, ErrorCode.RequestTimedOut, "unknown"));
        await Sync(coordinator);
        Assert.That(Controller.HasMessages, Is.False, "not at once");

        await Advance(RetryBackoff, coordinator);

        await Grant(4);
        await NextFence(4);
    }

    [Test]
    public async Task A_group_of_which_only_tombstones_are_left_is_not_started()
    {
        Store(GroupRequests.Offset(GroupId, 5), GroupRequests.Offset("gone", 1), GroupRequests.Offset("gone", null));

        IActorRef coordinator = await StartServing();

        Assert.That(KeysOf(coordinator), Has.Length.EqualTo(1));
        ListGroupsResponse listed = await List(coordinator);
        Assert.That(listed.Groups.Select(group => group.GroupId), Is.EqualTo(new[] { GroupId }));
    }

    private async Task<ListGroupsResponse> List(IActorRef coordinator)
    {
        OpenCall call = Open("", new ListGroupsRequest());
        coordinator.Tell(new ListGroupsRound(call.Call.Reply), TestActor);
        return await call.AnswerAsync<ListGroupsResponse>();
    }
}
