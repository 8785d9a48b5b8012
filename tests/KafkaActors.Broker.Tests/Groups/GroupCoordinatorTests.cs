using Akka.Actor;
using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Groups;

/// <summary>A coordinator that serves, and how it stops to.</summary>
public sealed class GroupCoordinatorTests : GroupCoordinatorTest
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
    public async Task A_failed_append_leads_to_a_new_epoch_under_which_all_is_read_again()
    {
        Store(GroupRequests.Offset("other", 1));
        IActorRef coordinator = await StartServing();
        OpenCall kept = Commit(coordinator, 5);
        Store(await NextLocalAppend());
        Assert.That(await kept.ErrorAsync(), Is.EqualTo(ErrorCode.None));

        OpenCall failed = Commit(coordinator, 6);
        (await NextLocalAppend()).Answer(ErrorCode.KafkaStorageError);
        Assert.That(await failed.ErrorAsync(), Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        await LoadAgain(coordinator, 5);

        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(5), "not what was never stored");
        Assert.That(await Fetch(coordinator, "other").OffsetAsync(), Is.EqualTo(1));
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

        await LoadAgain(coordinator, 5);

        Assert.That(await Fetch(coordinator).OffsetAsync(), Is.EqualTo(6));
    }

    [Test]
    public async Task A_failure_of_an_epoch_that_is_over_changes_nothing()
    {
        IActorRef coordinator = await StartServing();
        OpenCall commit = Commit(coordinator, 6);
        (await NextLocalAppend()).Answer(ErrorCode.KafkaStorageError);
        await commit.ErrorAsync();
        await LoadAgain(coordinator, 5);

        coordinator.Tell(new GroupCoordinatorProtocol.AppendFailed(
            new CoordinatorEpoch(4), GroupId, ErrorCode.KafkaStorageError));

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(Controller.HasMessages, Is.False);
    }

    [Test]
    public async Task A_group_that_throws_makes_all_be_loaded_again()
    {
        IActorRef coordinator = await StartServing();
        OpenCall commit = Commit(coordinator, 5, "other");
        Store(await NextLocalAppend());
        await commit.ErrorAsync();

        GroupCall call = Open(GroupId, GroupRequests.Fetch(GroupId)).Call;
        coordinator.Tell(call with { Reply = _ => throw new InvalidOperationException("planted") }, TestActor);
        await LoadAgain(coordinator, 5);

        Assert.That(await Fetch(coordinator, "other").OffsetAsync(), Is.EqualTo(5));
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
        await LoadAgain(coordinator, 6);

        Assert.That(await Fetch(coordinator).ErrorAsync(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Deleted_topics_reach_the_groups_also_of_a_partition_that_is_being_loaded([Values] bool isLoading)
    {
        Store(GroupRequests.Offset(GroupId, 5), GroupRequests.Offset(GroupId, 6, "kept"));
        var deleted = new TopicImage(TopicId.NewRandom(), GroupRequests.Topic, []);
        MetadataImage without = Image;
        Image = without with
        {
            Topics = without.Topics.SetItem(deleted.Id, deleted),
            TopicIds = without.TopicIds.SetItem(deleted.Name, deleted.Id),
        };
        IActorRef coordinator = await Start();
        await Grant(4);
        SentAppend fence = await NextFence(4);
        if (!isLoading)
        {
            Store(fence);
            await Served(coordinator);
        }

        MetadataImage before = Image;
        Image = before with
        {
            Topics = before.Topics.Remove(deleted.Id), TopicIds = before.TopicIds.Remove(deleted.Name),
        };
        Tell(coordinator, before);
        if (isLoading) Store(fence);

        GroupRecord tombstone = GroupRequests.Records((await NextLocalAppend()).Append.Batch).Single();
        Assert.That(tombstone.Value, Is.Null);
        Assert.That(((OffsetCommitKey)tombstone.Key).Topic, Is.EqualTo(deleted.Name));
    }

    [Test]
    public async Task A_group_that_is_gone_begins_anew_with_the_next_call()
    {
        Store(GroupRequests.Offset(GroupId, 5));
        IActorRef coordinator = await StartServing();
        OpenCall delete = Ask(coordinator, GroupId, GroupRequests.Delete(GroupId));
        SentAppend tombstones = await NextLocalAppend();
        Store(tombstones);
        Assert.That(await delete.ErrorAsync(), Is.EqualTo(ErrorCode.None));

        OpenCall commit = Commit(coordinator, 9);
        SentAppend append = await NextLocalAppend();
        Store(append);

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.None));
        Assert.That(append.From, Is.Not.EqualTo(tombstones.From), "another actor");
    }

    [Test]
    public async Task Calls_to_a_coordinator_that_has_stopped_are_answered()
    {
        IActorRef coordinator = await StartServing();
        await WatchAsync(coordinator);
        coordinator.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(coordinator);

        OpenCall commit = Commit(coordinator, 5);
        OpenCall list = Open("", new ListGroupsRequest());
        coordinator.Tell(new GroupCoordinatorProtocol.ListGroups(list.Call.Reply));

        Assert.That(await commit.ErrorAsync(), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(
            (await list.AnswerAsync<ListGroupsResponse>()).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task A_call_behind_one_that_breaks_its_group_is_answered()
    {
        Store(GroupRequests.Offset(GroupId, 5));
        IActorRef group = ((ActorRefWithCell)await StartServing()).Children.Single();
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

    /// <summary>The coordinator asks for another epoch, fences and reads.</summary>
    private async Task LoadAgain(IActorRef coordinator, int epoch)
    {
        await Eventually.True(
            async () => await Fetch(coordinator).ErrorAsync() == ErrorCode.CoordinatorLoadInProgress,
            "it serves no more");
        Assert.That(Controller.HasMessages, Is.False, "a failure that lasts is not repeated without a pause");
        await Advance(RetryBackoff, coordinator);
        await Grant(epoch);
        Store(await NextFence(epoch));
        await Served(coordinator);
    }

    private void Supersede(IActorRef coordinator, NodeId node, int epoch)
    {
        MetadataImage before = Image;
        Image = before with
        {
            Offset = before.Offset.Next(), Coordinator = node, CoordinatorEpoch = new CoordinatorEpoch(epoch),
        };
        Tell(coordinator, before);
    }
}
