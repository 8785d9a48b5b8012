using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>What a group does for its members, one scenario each. Topic 1 is "orders", topic 2 "bills".</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConsumerGroupTests
{
    private readonly ConsumerGroupFixture _group = new ConsumerGroupFixture().WithTopic(1, "orders", 4);

    [TearDown]
    public void A_group_loaded_from_the_log_equals_the_one_that_wrote_it() =>
        Assert.That(Text(_group.Replayed(_group.Log)), Is.EqualTo(Text(_group.Group)));

    [Test]
    public void The_first_member_gets_everything_at_once()
    {
        ConsumerGroupHeartbeatResponse response = _group.Join("a", "orders");
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.MemberId, Is.EqualTo("a"));
        Assert.That(response.MemberEpoch, Is.EqualTo(1));
        Assert.That(response.HeartbeatIntervalMs, Is.EqualTo(5000));
        Assert.That(Told(response), Is.EqualTo(PartitionsOf(1, 0, 1, 2, 3)));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void The_records_of_a_join_are_of_the_types_Kafka_writes_in_its_order()
    {
        _group.Join("a", "orders");
        Assert.That(_group.Written.Select(record => record.KeyType), Is.EqualTo(new[] { 5, 4, 3, 7, 6, 8 }));
    }

    [Test]
    public void A_heartbeat_that_changes_nothing_writes_nothing_and_tells_no_assignment()
    {
        _group.Join("a", "orders");
        ConsumerGroupHeartbeatResponse response = _group.Beat("a", PartitionsOf(1, 0, 1, 2, 3));
        Assert.That(response.MemberEpoch, Is.EqualTo(1));
        Assert.That(response.Assignment, Is.Null);
        Assert.That(_group.Written, Is.Empty);
    }

    [Test]
    public void A_heartbeat_that_tells_all_is_told_the_assignment_again()
    {
        _group.Join("a", "orders");
        ConsumerGroupHeartbeatRequest request = JoinRequest("a", "orders");
        request.MemberEpoch = 1;
        Assert.That(Told(_group.Send(request)), Is.EqualTo(PartitionsOf(1, 0, 1, 2, 3)));
        Assert.That(_group.Written, Is.Empty);
    }

    [Test]
    public void A_partition_moves_only_after_its_owner_gave_it_up()
    {
        _group.Join("a", "orders");
        ConsumerGroupHeartbeatResponse joined = _group.Join("b", "orders");
        Assert.That(joined.MemberEpoch, Is.EqualTo(2));
        Assert.That(Told(joined), Is.Empty);
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Reconciling));

        ConsumerGroupHeartbeatResponse asked = _group.Beat("a", PartitionsOf(1, 0, 1, 2, 3));
        Assert.That(asked.MemberEpoch, Is.EqualTo(1));
        PartitionSet kept = Told(asked)!;
        Assert.That(kept, Has.Count.EqualTo(2));
        Assert.That(_group.Beat("b").Assignment, Is.Null, "a has not given up yet");
        Assert.That(_group.Beat("a", PartitionsOf(1, 0, 1, 2, 3)).MemberEpoch, Is.EqualTo(1));

        ConsumerGroupHeartbeatResponse done = _group.Beat("a", kept);
        Assert.That(done.MemberEpoch, Is.EqualTo(2));
        Assert.That(Told(_group.Beat("b")), Is.EqualTo(PartitionsOf(1, 0, 1, 2, 3).Except(kept)));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void A_member_that_leaves_frees_its_partitions_for_the_others_next_heartbeats()
    {
        JoinBoth();
        ConsumerGroupHeartbeatResponse response = _group.Leave("b");
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.MemberEpoch, Is.EqualTo(-1));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Assigning));
        Assert.That(Told(_group.Beat("a")), Is.EqualTo(PartitionsOf(1, 0, 1, 2, 3)));
    }

    [Test]
    public void The_last_member_to_leave_leaves_an_empty_group()
    {
        _group.Join("a", "orders");
        _group.Leave("a");
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Empty));
        Assert.That(_group.Group.NextDeadline, Is.Null);
        Assert.That(_group.Join("b", "orders").MemberEpoch, Is.EqualTo(3));
    }

    [Test]
    public void A_member_without_a_heartbeat_is_fenced_when_its_session_ends()
    {
        JoinBoth();
        _group.Pass(TimeSpan.FromSeconds(30));
        _group.Beat("a");
        _group.Pass(TimeSpan.FromSeconds(16));
        Assert.That(_group.Group.Members.Select(member => member.MemberId), Is.EqualTo(new[] { "a" }));
        Assert.That(Error(Request("b", 2)), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Members_whose_sessions_end_together_raise_the_epoch_once()
    {
        JoinBoth();
        int epoch = _group.Group.Epoch;
        _group.Pass(TimeSpan.FromMinutes(1));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Empty));
        Assert.That(_group.Group.Epoch, Is.EqualTo(epoch + 1));
    }

    [Test]
    public void A_member_that_does_not_give_up_in_time_is_fenced_though_it_heartbeats()
    {
        _group.Join("a", "orders");
        _group.Join("b", "orders");
        for (int i = 0; i < 5; i++)
        {
            _group.Beat("a", PartitionsOf(1, 0, 1, 2, 3));
            _group.Beat("b");
            Assert.That(_group.Group.Member("a"), Is.Not.Null);
            _group.Pass(TimeSpan.FromMilliseconds((RebalanceTimeoutMs / 5) + 1));
        }

        Assert.That(_group.Group.Member("a"), Is.Null);
        Assert.That(Told(_group.Beat("b")), Is.EqualTo(PartitionsOf(1, 0, 1, 2, 3)));
    }

    [Test]
    public void After_a_move_of_the_coordinator_members_get_a_whole_session()
    {
        JoinBoth();
        _group.Pass(TimeSpan.FromSeconds(44));
        _group.Reload();
        Assert.That(_group.Group.NextDeadline, Is.EqualTo(_group.Now + GroupSettings.Default.ConsumerSessionTimeout));
        _group.Pass(TimeSpan.FromSeconds(44));
        Assert.That(_group.Beat("a").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(_group.Beat("b").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void After_a_move_of_the_coordinator_the_time_to_give_up_runs_again()
    {
        var settings = GroupSettings.Default with { ConsumerSessionTimeout = TimeSpan.FromMinutes(30) };
        ConsumerGroupFixture group = new ConsumerGroupFixture(settings).WithTopic(1, "orders", 4);
        group.Join("a", "orders");
        group.Join("b", "orders");
        group.Beat("a");
        group.Reload();
        group.Pass(TimeSpan.FromMilliseconds(RebalanceTimeoutMs));
        Assert.That(group.Group.Members.Select(member => member.MemberId), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void A_heartbeat_with_the_previous_epoch_is_heard_once_more_if_the_member_has_nothing_foreign()
    {
        JoinBoth();
        PartitionSet mine = _group.Group.Member("a")!.Current.Assigned;
        ConsumerGroupHeartbeatResponse response = _group.Send(Request("a", 1, mine));
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.MemberEpoch, Is.EqualTo(2));
        Assert.That(Error(Request("a", 1)), Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That(Error(Request("a", 1, PartitionsOf(1, 0, 1, 2, 3))), Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That(Error(Request("a", 3, mine)), Is.EqualTo(ErrorCode.FencedMemberEpoch));
    }

    [Test]
    public void A_member_that_was_fenced_joins_again_under_its_id()
    {
        JoinBoth();
        ConsumerGroupHeartbeatResponse response = _group.Join("a", "orders");
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.MemberEpoch, Is.EqualTo(2));
        Assert.That(Told(response), Is.EqualTo(_group.Group.Member("a")!.Current.Assigned));
        Assert.That(_group.Group.Members.Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_member_that_joins_again_while_it_had_to_give_up_has_given_up()
    {
        _group.Join("a", "orders");
        _group.Join("b", "orders");
        _group.Beat("a");
        Assert.That(_group.Join("a", "orders").MemberEpoch, Is.EqualTo(2));
        Assert.That(Told(_group.Beat("b")), Has.Count.EqualTo(2));
    }

    [Test]
    public void The_coordinator_names_a_member_of_version_0()
    {
        ConsumerGroupHeartbeatResponse response = _group.Send(JoinRequest("", "orders"), version: 0);
        Assert.That(response.MemberId, Has.Length.EqualTo(22));
        Assert.That(_group.Group.Member(response.MemberId!), Is.Not.Null);
    }

    [Test]
    public void A_full_group_takes_no_further_member()
    {
        var settings = GroupSettings.Default with { ConsumerMaxSize = 1 };
        ConsumerGroupFixture group = new ConsumerGroupFixture(settings).WithTopic(1, "orders", 4);
        group.JoinStatic("a", "one", "orders");
        Assert.That(group.Join("b", "orders").ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That(group.JoinStatic("a", "one", "orders").ErrorCode, Is.EqualTo(ErrorCode.None));
        group.Leave("a", "one", ConsumerHeartbeat.LeaveForAWhile);
        Assert.That(group.JoinStatic("c", "one", "orders").ErrorCode, Is.EqualTo(ErrorCode.None), "it replaces a");
    }

    [Test]
    public void The_assignor_is_what_most_members_wish_for()
    {
        Assert.That(_group.Group.Describe(_group.Image).AssignorName, Is.EqualTo("uniform"));
        ConsumerGroupHeartbeatRequest request = JoinRequest("a", "orders");
        request.ServerAssignor = "range";
        _group.Send(request);
        Assert.That(_group.Group.Describe(_group.Image).AssignorName, Is.EqualTo("range"));
        _group.Join("b", "orders");
        Assert.That(_group.Group.Target("a"), Is.EqualTo(PartitionsOf(1, 0, 1)));
    }

    [Test]
    public void Offsets_are_committed_and_read_under_the_members_epoch_only()
    {
        ConsumerGroup group = _group.Group;
        Assert.That(group.CheckCommit("", -1, 9, false), Is.EqualTo(ErrorCode.None), "from outside, to an empty group");
        _group.Join("a", "orders");
        Assert.That(group.CheckCommit("a", 1, 9, false), Is.EqualTo(ErrorCode.None));
        Assert.That(group.CheckCommit("a", 0, 9, false), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(group.CheckCommit("a", 2, 9, false), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(group.CheckCommit("a", 1, 8, false), Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(group.CheckCommit("a", 1, 3, true), Is.EqualTo(ErrorCode.None), "of a transaction");
        Assert.That(group.CheckCommit("b", 1, 9, false), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.CheckCommit("", -1, 9, false), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.CheckFetch(null, -1), Is.EqualTo(ErrorCode.None));
        Assert.That(group.CheckFetch("a", 1), Is.EqualTo(ErrorCode.None));
        Assert.That(group.CheckFetch("a", 0), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(group.CheckFetch("b", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_group_is_deleted_when_it_is_empty()
    {
        _group.Join("a", "orders");
        Assert.That(_group.Delete(), Is.EqualTo(ErrorCode.NonEmptyGroup));
        Assert.That(_group.Written, Is.Empty);
        _group.Leave("a");
        Assert.That(_group.Delete(), Is.EqualTo(ErrorCode.None));
        Assert.That(_group.Written.Select(record => record.Value), Is.All.Null);
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Dead));
        Assert.That(_group.CompactedLog, Is.Empty);
    }

    [Test]
    public void A_group_is_described_with_what_members_have_and_shall_have()
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("a", "orders");
        (request.InstanceId, request.RackId) = ("one", "rack");
        _group.Send(request);
        _group.Join("b", "orders");
        ConsumerGroupDescribeResponse.DescribedGroup described = _group.Group.Describe(_group.Image);
        Assert.That(described.GroupId, Is.EqualTo(GroupId));
        Assert.That(described.GroupState, Is.EqualTo("Reconciling"));
        Assert.That((described.GroupEpoch, described.AssignmentEpoch), Is.EqualTo((2, 2)));
        ConsumerGroupDescribeResponse.DescribedMember member = described.Members[0];
        Assert.That((member.MemberId, member.InstanceId, member.RackId), Is.EqualTo(("a", "one", "rack")));
        Assert.That((member.ClientId, member.ClientHost), Is.EqualTo(("client", "/127.0.0.1")));
        Assert.That((member.MemberEpoch, member.MemberType), Is.EqualTo((1, (sbyte)1)));
        Assert.That(member.SubscribedTopicNames, Is.EqualTo(new[] { "orders" }));
        Assert.That(member.SubscribedTopicRegex, Is.Null);
        Assert.That(member.Assignment.TopicPartitions.Single().TopicName, Is.EqualTo("orders"));
        Assert.That(member.Assignment.TopicPartitions.Single().Partitions, Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(member.TargetAssignment.TopicPartitions.Single().Partitions, Has.Count.EqualTo(2));
    }

    private ErrorCode Error(ConsumerGroupHeartbeatRequest request) => _group.Send(request).ErrorCode;

    private void JoinBoth()
    {
        _group.Join("a", "orders");
        _group.Join("b", "orders");
        _group.Settle();
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }
}
