using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

public sealed class LeaveTests
{
    [Test]
    public void Each_member_of_a_batch_has_its_outcome()
    {
        var group = new GroupScene();
        long fixedJoin = group.Join(instance: "i", version: 5);
        long other = group.Join();
        group.Advance(6);
        (string fixedId, string otherId) = (group.Joined(fixedJoin).MemberId, group.Joined(other).MemberId);
        LeaveGroupResponse left = group.Leave(
            ("nobody", null), (otherId, "i"), (otherId, null), ("", "j"), ("", null), ("", "i"), (fixedId, "i"));
        Assert.That(left.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(left.Members.Select(member => member.ErrorCode), Is.EqualTo([
            ErrorCode.UnknownMemberId,
            ErrorCode.FencedInstanceId,
            ErrorCode.None,
            ErrorCode.UnknownMemberId,
            ErrorCode.UnknownMemberId,
            ErrorCode.None,
            ErrorCode.UnknownMemberId,
        ]));
        Assert.That((left.Members[5].MemberId, left.Members[5].GroupInstanceId), Is.EqualTo(("", "i")));
        Assert.That(group.State, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_member_whose_join_waits_is_told_to_join_anew()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long join = group.Join(members[0]);
        group.Leave((members[0], null));
        Assert.That((group.Joined(join).ErrorCode, group.Joined(join).MemberId),
            Is.EqualTo((ErrorCode.UnknownMemberId, "")));
    }

    [Test]
    public void The_last_member_that_was_missing_leaves_and_the_others_go_on()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long join = group.Join(members[0]);
        group.Leave((members[1], null));
        Assert.That(group.Joined(join).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void An_id_that_has_not_joined_leaves_without_a_rebalance()
    {
        var group = new GroupScene();
        group.Form(1);
        string memberId = group.Joined(group.Join(version: 4)).MemberId;
        Assert.That(group.Leave((memberId, null)).Members[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(group.State, Is.EqualTo("Stable"));
        Assert.That(group.Joined(group.Join(memberId)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Before_version_3_the_outcome_is_the_response()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        Assert.That(Leave(group, "nobody").ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        LeaveGroupResponse left = Leave(group, members[0]);
        Assert.That((left.ErrorCode, left.Members.Count), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That(group.State, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_leader_that_leaves_hands_over_to_the_eldest()
    {
        var group = new GroupScene();
        string[] members = group.Form(3);
        group.Leave((members[0], null));
        group.Join(members[2]);
        JoinGroupResponse joined = group.Joined(group.Join(members[1]));
        Assert.That(joined.Leader, Is.EqualTo(members[1]));
    }

    private static LeaveGroupResponse Leave(GroupScene group, string memberId)
    {
        var request = new LeaveGroupRequest { GroupId = GroupScene.GroupId, MemberId = memberId };
        return group.Answer<LeaveGroupResponse>(
            group.Apply(ticket => group.Core.Leave(ticket, 1, request, group.Image, group.Now)));
    }
}
