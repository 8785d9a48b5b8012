using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

public sealed class GroupCoreTests
{
    [Test]
    public void A_group_that_was_never_used_is_not_there()
    {
        var group = new GroupScene();
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Core.NextDeadline, Is.Null);
        Assert.That(group.Heartbeat("m", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Synced(group.Sync("m", 1)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Leave(("m", null)).Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Joined(group.Join("m")).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Delete(), Is.EqualTo(ErrorCode.GroupIdNotFound));
        Assert.That(group.Core.Exists, Is.False);
    }

    [TestCase(5, ErrorCode.None)]
    [TestCase(6, ErrorCode.GroupIdNotFound)]
    public void A_group_that_is_not_there_is_described_as_dead(short version, ErrorCode expected)
    {
        DescribeGroupsResponse.DescribedGroup described = new GroupScene().Describe(version);
        Assert.That((described.GroupId, described.GroupState, described.ErrorCode),
            Is.EqualTo(("g", "Dead", expected)));
    }

    [Test]
    public void A_stable_group_is_described_with_protocol_metadata_and_assignment()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        DescribeGroupsResponse.DescribedGroup described = group.Describe();
        Assert.That((described.GroupState, described.ProtocolType, described.ProtocolData),
            Is.EqualTo(("Stable", "consumer", "range")));
        DescribeGroupsResponse.DescribedGroupMember follower = described.Members[1];
        Assert.That((follower.MemberId, follower.ClientId, follower.ClientHost),
            Is.EqualTo((members[1], "c", "/127.0.0.1")));
        Assert.That(follower.MemberMetadata.ToArray(), Is.EqualTo(Requests.Subscription("t")));
        Assert.That(Requests.Text(follower.MemberAssignment), Is.EqualTo(members[1]));
    }

    [Test]
    public void A_group_that_rebalances_is_described_without_protocol_and_metadata()
    {
        var group = new GroupScene();
        group.Join(group.Form(2)[0]);
        DescribeGroupsResponse.DescribedGroup described = group.Describe();
        Assert.That((described.GroupState, described.ProtocolData), Is.EqualTo(("PreparingRebalance", "")));
        Assert.That(described.Members.Select(member => member.MemberMetadata.Length), Is.All.Zero);
    }

    [Test]
    public void It_is_listed_with_its_state_and_type()
    {
        var group = new GroupScene();
        group.Form(1);
        ListGroupsResponse.ListedGroup listed = group.Core.Listed;
        Assert.That((listed.GroupId, listed.ProtocolType, listed.GroupState, listed.GroupType),
            Is.EqualTo(("g", "consumer", "Stable", "Classic")));
    }

    [TestCase("", "", true)]
    [TestCase("stable", "CLASSIC", true)]
    [TestCase("Empty,Stable", "", true)]
    [TestCase("Empty", "", false)]
    [TestCase("", "consumer", false)]
    public void It_is_listed_for_those_who_ask_for_its_state_and_type(string states, string types, bool expected)
    {
        var group = new GroupScene();
        group.Form(1);
        var request = new ListGroupsRequest
        {
            StatesFilter = states.Split(',', StringSplitOptions.RemoveEmptyEntries),
            TypesFilter = types.Split(',', StringSplitOptions.RemoveEmptyEntries),
        };
        Assert.That(GroupFilter.Matches(request, group.Core.Listed), Is.EqualTo(expected));
    }

    [Test]
    public void A_deleted_group_leaves_tombstones_and_begins_anew()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        group.Commit(memberId: members[0], generation: 1);
        Assert.That(group.Delete(), Is.EqualTo(ErrorCode.NonEmptyGroup));
        group.Leave((members[0], null));
        Assert.That(group.Delete(), Is.EqualTo(ErrorCode.None));
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Loaded().Exists, Is.False);
        long join = group.Join();
        group.Advance(3);
        Assert.That(group.Joined(join).GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void An_empty_group_without_offsets_is_over_at_the_next_check()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        group.Leave((members[0], null));
        Assert.That(group.Core.Exists, Is.True);
        group.Advance(TimeSpan.FromMinutes(10));
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Log[^1].Value, Is.Null);
        Assert.That(group.Core.NextDeadline, Is.Null);
    }

    [Test]
    public void A_group_is_not_over_while_an_id_that_was_given_out_may_join()
    {
        var group = new GroupScene();
        group.Leave((group.Form(1)[0], null));
        string memberId = group.Joined(group.Join(version: 4, sessionMs: 1_800_000)).MemberId;
        group.Advance(TimeSpan.FromMinutes(11));
        long join = group.Join(memberId, version: 4);
        group.Advance(3);
        Assert.That(group.Joined(join).GenerationId, Is.EqualTo(3));
    }

    [Test]
    public void A_group_without_an_id_takes_offsets_but_no_members()
    {
        var services = new GroupServices(GroupSettings.Default, () => Guid.Empty);
        var group = new GroupCore("", services, TimeSpan.Zero);
        var refused = new[]
        {
            group.Join(1, 3, new JoinGroupRequest(), GroupScene.Client, MetadataImage.Empty, TimeSpan.Zero),
            group.Sync(1, 3, new SyncGroupRequest(), MetadataImage.Empty, TimeSpan.Zero),
            group.Heartbeat(1, new HeartbeatRequest(), TimeSpan.Zero),
            group.Leave(1, 3, new LeaveGroupRequest(), MetadataImage.Empty, TimeSpan.Zero),
        };
        Assert.That(refused.Select(decision => (decision.Answers.Single().Response switch
        {
            JoinGroupResponse join => join.ErrorCode,
            SyncGroupResponse sync => sync.ErrorCode,
            HeartbeatResponse heartbeat => heartbeat.ErrorCode,
            _ => ((LeaveGroupResponse)decision.Answers[0].Response).ErrorCode,
        })), Is.All.EqualTo(ErrorCode.InvalidGroupId));
        CoordinatorResult commit = group.CommitOffsets(
            1, 8, Requests.Commit("", -1), GroupScene.Topics().Image, TimeSpan.Zero);
        Assert.That(commit.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_record_of_another_group_kind_is_none_of_a_groups() =>
        Assert.That(
            () => new GroupScene().Core.Replay(
                new CoordinatorRecord(99, new HeartbeatRequest(), new HeartbeatRequest(), 0)),
            Throws.ArgumentException);
}
