using Akka.Actor;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>A coordinator that serves, and how it stops to.</summary>
public sealed class CoordinatorActorTests : CoordinatorTest
{
    [Test]
    public async Task A_commit_is_answered_once_it_is_stored_and_read_by_the_next_call()
    {
        IActorRef coordinator = await StartServing();
        OpenCall commit = Commit(coordinator, 5);
        SentAppend append = await NextLocalAppend();

        Store(append);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(append.Append.Coordinator, Is.EqualTo(new CoordinatorEpoch(4)));
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_group_whose_append_failed_is_read_again_and_no_other_notices()
    {
        Store(GroupRequests.Offset("other", 1));
        IActorRef coordinator = await StartServing();
        OpenCall kept = Commit(coordinator, 5);
        Store(await NextLocalAppend());
        Assert.That(await kept.ErrorAsync(), Is.EqualTo(ErrorCode.None));

        OpenCall failed = Commit(coordinator, 6);
        (await NextLocalAppend()).Answer(ErrorCode.KafkaStorageError);
        Assert.That(await failed.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        await LoadAgain(coordinator, async () =>
        {
            OpenCall other = Commit(coordinator, 2, "other");
            Store(await NextLocalAppend());
            Assert.That(await other.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        });

        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(5), "not what was never stored");
        Assert.That(await Fetch(coordinator, "other").OffsetAsync(), Is.EqualTo(2));
        Assert.That(Controller.HasMessages, Is.False, "the epoch is the same");
    }

    [Test]
    public async Task An_append_that_was_stored_though_its_answer_failed_counts()
    {
        IActorRef coordinator = await StartServing();
        OpenCall unknown = Commit(coordinator, 6);
        SentAppend append = await NextLocalAppend();
        Store([.. GroupRequests.Records(append.Append.Batch)]);
        append.Answer(ErrorCode.RequestTimedOut);
        Assert.That(await unknown.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));

        await LoadAgain(coordinator);

        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(6));
    }

    [Test]
    public async Task A_failure_that_another_than_the_groups_actor_tells_of_changes_nothing()
    {
        IActorRef coordinator = await StartServing();

        Door.TryGet(GroupId, out IActorRef partition);
        partition.Tell(new CoordinatorProtocol.KeyFailed(GroupId, ErrorCode.KafkaStorageError), TestActor);

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_group_that_throws_or_stops_is_read_again_alone([Values] bool throws)
    {
        Store(GroupRequests.Offset(GroupId, 3));
        IActorRef coordinator = await StartServing();
        OpenCall commit = Commit(coordinator, 5, "other");
        Store(await NextLocalAppend());
        await commit.ErrorAsync();

        if (throws)
        {
            GroupCall call = Open(GroupId, GroupRequests.Fetch(GroupId)).Call;
            Door.TryGet(GroupId, out IActorRef partition);
            partition.Tell(call with { Reply = _ => throw new InvalidOperationException("planted") }, TestActor);
        }
        else
        {
            Sys.ActorSelection(coordinator.Path / "*" / "*").Tell(PoisonPill.Instance);
        }

        await LoadAgain(coordinator);
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(3));
        Assert.That(await Fetch(coordinator, "other").OffsetAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_topic_that_was_made_again_while_its_group_was_read_starts_without_offsets()
    {
        IActorRef coordinator = await StartServing();
        OpenCall kept = Commit(coordinator, 5);
        Store(await NextLocalAppend());
        await kept.ErrorAsync();
        OpenCall unknown = Commit(coordinator, 6);
        SentAppend append = await NextLocalAppend();
        Store([.. GroupRequests.Records(append.Append.Batch)]);
        append.Answer(ErrorCode.RequestTimedOut);
        await unknown.ErrorAsync();

        MetadataImage before = Image;
        Image = Without(before, GroupRequests.Topic);
        Tell(coordinator, before);
        before = Image;
        Image = With(before, GroupRequests.Topic, TopicId.NewRandom());
        Tell(coordinator, before);
        await Advance(RetryBackoff, coordinator);
        Store(await NextFence(4));
        SentAppend erased = await NextLocalAppend();
        CoordinatorRecord tombstone = GroupRequests.Records(erased.Append.Batch).Single();
        Store(erased);

        Assert.That(tombstone.Value, Is.Null, "the log is rid of it as well");
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(-1));
    }

    [Test]
    public async Task When_the_offsets_topic_is_deleted_and_made_again_all_groups_are_over()
    {
        Store(GroupRequests.Offset(GroupId, 5), GroupRequests.Generation(GroupId, 4, "member"));
        IActorRef coordinator = await StartServing();
        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(5));

        MetadataImage before = Image;
        Image = Without(before, OffsetsTopic.Name);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable),
            "before the notice has come");
        Tell(coordinator, before);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        before = Image;
        Image = With(before, OffsetsTopic.Name, TopicId.NewRandom());
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
        Tell(coordinator, before);
        await Sync(coordinator);

        Assert.That(KeysOf(coordinator), Is.Empty);
        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorLoadInProgress));
    }

    [Test]
    public async Task A_superseded_coordinator_answers_not_coordinator_and_appends_nothing()
    {
        IActorRef coordinator = await StartServing();
        OpenCall waiting = Commit(coordinator, 5);
        await NextLocalAppend();

        Supersede(coordinator, Other, 5);

        Assert.That(await waiting.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(await Commit(coordinator, 6).ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        MetadataImage before = Image;
        Image = before with { Offset = before.Offset.Next() };
        Tell(coordinator, before);
        await Advance(TimeSpan.FromMinutes(1), coordinator);
        Assert.That((Leader.HasMessages, Controller.HasMessages), Is.EqualTo((false, false)));
        Assert.That(Door.TryGet(out _), Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task A_later_epoch_of_its_own_makes_it_start_again()
    {
        IActorRef coordinator = await StartServing();

        Supersede(coordinator, Self, 5);
        await Sync(coordinator);
        await Advance(RetryBackoff, coordinator);
        await Grant(6);
        Store(await NextFence(6));
        await Served(coordinator);

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Deleted_topics_reach_the_groups_also_of_a_partition_that_is_being_loaded([Values] bool isLoading)
    {
        Store(GroupRequests.Offset(GroupId, 5), GroupRequests.Offset(GroupId, 6, "kept"));
        IActorRef coordinator = await Start();
        await Grant(4);
        SentAppend fence = await NextFence(4);
        if (!isLoading)
        {
            Store(fence);
            await Served(coordinator);
        }

        MetadataImage before = Image;
        Image = Without(before, GroupRequests.Topic);
        Tell(coordinator, before);
        if (isLoading) Store(fence);

        CoordinatorRecord tombstone = GroupRequests.Records((await NextLocalAppend()).Append.Batch).Single();
        Assert.That(tombstone.Value, Is.Null);
        Assert.That(((OffsetCommitKey)tombstone.Key).Topic, Is.EqualTo(GroupRequests.Topic));
    }

    [Test]
    public async Task A_group_that_is_gone_begins_anew_with_the_next_call()
    {
        Store(GroupRequests.Offset(GroupId, 5));
        IActorRef coordinator = await StartServing();
        OpenCall delete = Ask(coordinator, GroupId, GroupRequests.Delete(GroupId));
        Store(await NextLocalAppend());
        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));

        OpenCall commit = Commit(coordinator, 9);
        Store(await NextLocalAppend());

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Calls_that_come_while_a_group_ends_are_answered_by_the_next_one()
    {
        IActorRef coordinator = await StartServing();
        for (int round = 0; round < 200; round++)
        {
            OpenCall[] calls = [.. Enumerable.Range(0, 5).Select(_ =>
                Ask(coordinator, GroupId, GroupRequests.Heartbeat(GroupId, "nobody", 1)))];
            foreach (OpenCall call in calls)
                Assert.That(await call.ErrorAsync(), Is.EqualTo(ErrorCode.UnknownMemberId), $"round {round}");
        }
    }

    [Test]
    public async Task Calls_to_a_coordinator_that_has_stopped_are_answered()
    {
        IActorRef coordinator = await StartServing();
        Door.TryGet(GroupId, out IActorRef partition);
        await WatchAsync(coordinator);
        coordinator.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(coordinator);

        OpenCall commit = Open(GroupId, GroupRequests.Commit(GroupId, 5));
        partition.Tell(commit.Call);
        OpenCall list = Open("", new ListGroupsRequest());
        coordinator.Tell(new ListGroupsRound(list.Call.Reply));

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(
            (await list.AnswerAsync<ListGroupsResponse>()).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task A_call_behind_one_that_breaks_its_group_is_answered()
    {
        Store(GroupRequests.Offset(GroupId, 5));
        IActorRef group = KeysOf(await StartServing()).Single();
        OpenCall behind = Open(GroupId, GroupRequests.Commit(GroupId, 6));
        GroupCall breaking = Open(GroupId, GroupRequests.Fetch(GroupId)).Call with
        {
            Reply = _ =>
            {
                group.Tell(behind.Call);
                throw new InvalidOperationException("planted");
            },
        };

        group.Tell(breaking);

        Assert.That(await behind.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(Leader.HasMessages, Is.False);
    }

    /// <summary>The coordinator fences and reads the partition again, for the group alone.</summary>
    private async Task LoadAgain(IActorRef coordinator, Func<Task>? meanwhile = null)
    {
        await Eventually.True(
            async () => await Fetch(coordinator).ErrorAsync() == ErrorCode.CoordinatorLoadInProgress,
            "it serves the group no more");
        Assert.That(Leader.HasMessages, Is.False, "a failure that lasts is not repeated without a pause");
        if (meanwhile is not null) await meanwhile();
        await Advance(RetryBackoff, coordinator);
        Store(await NextFence(4));
        await Served(coordinator);
    }

    private void Supersede(IActorRef coordinator, NodeId node, int epoch)
    {
        MetadataImage before = Image;
        Image = before with
        {
            Offset = before.Offset.Next(),
            Coordinators = before.Coordinators.SetItem(
                OffsetsTopic.Name, new CoordinatorImage(node, new CoordinatorEpoch(epoch))),
        };
        Tell(coordinator, before);
    }
}
