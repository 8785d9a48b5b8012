using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>Members with an instance id. At first there are "a", of instance "one", and "b", which has none.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConsumerGroupStaticMemberTests
{
    private readonly ConsumerGroupFixture _group = new ConsumerGroupFixture().WithTopic(1, "orders", 4);

    [SetUp]
    public void Two_members_have_two_partitions_each()
    {
        _group.JoinStatic("a", "one", "orders");
        _group.Join("b", "orders");
        _group.Settle();
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [TearDown]
    public void A_group_loaded_from_the_log_equals_the_one_that_wrote_it() =>
        Assert.That(Text(_group.Replayed(_group.Log)), Is.EqualTo(Text(_group.Group)));

    [Test]
    public void A_static_member_that_left_for_a_while_gets_the_same_partitions_under_another_member_id()
    {
        PartitionSet had = _group.Group.Member("a")!.Current.Assigned;
        ConsumerGroupHeartbeatResponse left = LeaveForAWhile("a");
        Assert.That((left.ErrorCode, left.MemberEpoch), Is.EqualTo((ErrorCode.None, -2)));
        int epoch = _group.Group.Epoch;
        Assert.That(_group.Beat("b").Assignment, Is.Null, "its partitions are kept for it");

        ConsumerGroupHeartbeatResponse back = _group.JoinStatic("c", "one", "orders");
        Assert.That(Told(back), Is.EqualTo(had));
        Assert.That(back.MemberEpoch, Is.EqualTo(epoch));
        Assert.That(_group.Group.Epoch, Is.EqualTo(epoch), "nothing has to be rebalanced");
        Assert.That(_group.Group.Members.Select(member => member.MemberId), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void A_static_member_may_be_back_under_its_own_member_id()
    {
        PartitionSet had = _group.Group.Member("a")!.Current.Assigned;
        LeaveForAWhile("a");
        Assert.That(Told(_group.JoinStatic("a", "one", "orders")), Is.EqualTo(had));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void A_static_member_that_does_not_come_back_in_time_is_fenced()
    {
        LeaveForAWhile("a");
        for (int i = 0; i < 5; i++)
        {
            _group.Pass(TimeSpan.FromSeconds(10));
            _group.Beat("b");
        }

        Assert.That(_group.Group.Member("a"), Is.Null);
        Assert.That(_group.Group.Member("b")!.Current.Assigned, Has.Count.EqualTo(4));
        Assert.That(_group.JoinStatic("c", "one", "orders").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_wait_for_a_departed_member_survives_a_move_of_the_coordinator()
    {
        PartitionSet had = _group.Group.Member("a")!.Current.Assigned;
        LeaveForAWhile("a");
        _group.Reload();
        Assert.That(Told(_group.JoinStatic("c", "one", "orders")), Is.EqualTo(had));
    }

    [Test]
    public void An_instance_id_in_use_is_not_given_to_another_member()
    {
        Assert.That(_group.JoinStatic("c", "one", "orders").ErrorCode, Is.EqualTo(ErrorCode.UnreleasedInstanceId));
        Assert.That(_group.Group.Members.Count(), Is.EqualTo(2));
    }

    [Test]
    public void The_member_that_has_the_instance_id_may_repeat_its_join()
    {
        ConsumerGroupHeartbeatResponse response = _group.JoinStatic("a", "one", "orders");
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Told(response), Has.Count.EqualTo(2));
    }

    [Test]
    public void The_former_member_of_an_instance_id_is_fenced()
    {
        LeaveForAWhile("a");
        _group.JoinStatic("c", "one", "orders");
        ConsumerGroupHeartbeatRequest request = Request("a", 2);
        request.InstanceId = "one";
        Assert.That(_group.Send(request).ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(_group.Leave("a", "one").ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(_group.Send(Request("a", 2)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void An_instance_id_nobody_has_is_unknown()
    {
        ConsumerGroupHeartbeatRequest request = Request("a", 2);
        request.InstanceId = "two";
        Assert.That(_group.Send(request).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(_group.Leave("a", "two").ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_static_member_that_leaves_for_good_frees_its_partitions()
    {
        Assert.That(_group.Leave("a", "one").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Told(_group.Beat("b")), Has.Count.EqualTo(4));
        Assert.That(_group.JoinStatic("c", "one", "orders").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_departed_member_may_not_go_on_as_if_it_had_not_left()
    {
        LeaveForAWhile("a");
        Assert.That(_group.Send(Request("a", 2)).ErrorCode, Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That(_group.Group.CheckCommit("a", 2, 9, false), Is.EqualTo(ErrorCode.StaleMemberEpoch));
    }

    [Test]
    public void What_a_departed_member_was_giving_up_is_free()
    {
        _group.Join("c", "orders");
        _group.Beat("a");
        Assert.That(_group.Group.Member("a")!.Current.PendingRevocation, Has.Count.EqualTo(1));
        LeaveForAWhile("a");
        Assert.That(Told(_group.Beat("c")), Has.Count.EqualTo(1));
        Assert.That(Told(_group.JoinStatic("d", "one", "orders")), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_member_of_the_group_that_takes_over_a_departed_one_gives_up_its_own_place()
    {
        LeaveForAWhile("a");
        Assert.That(Told(_group.JoinStatic("b", "one", "orders")), Has.Count.EqualTo(4));
        Assert.That(_group.Group.Members.Select(member => member.MemberId), Is.EqualTo(new[] { "b" }));
    }

    private ConsumerGroupHeartbeatResponse LeaveForAWhile(string memberId) =>
        _group.Leave(memberId, "one", ConsumerHeartbeat.LeaveForAWhile);
}
