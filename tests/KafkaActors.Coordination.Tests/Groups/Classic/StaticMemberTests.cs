using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Requests;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

/// <summary>Static membership (KIP-345, KIP-814).</summary>
public sealed class StaticMemberTests
{
    [Test]
    public void It_joins_without_being_given_an_id_first()
    {
        var group = new GroupScene();
        long join = group.Join(instance: "i", version: 9);
        group.Advance(3);
        Assert.That(group.Joined(join).MemberId, Does.StartWith("i-"));
    }

    [Test]
    public void A_follower_that_returns_is_replaced_without_a_rebalance_and_has_its_assignment_back()
    {
        (GroupScene group, string leader, string follower) = Stable();
        int records = group.Log.Count;
        JoinGroupResponse back = group.Joined(group.Join(instance: "f", version: 5));
        Assert.That((back.ErrorCode, back.GenerationId, back.Leader), Is.EqualTo((ErrorCode.None, 1, leader)));
        Assert.That(back.MemberId, Is.Not.EqualTo(follower));
        Assert.That(group.State, Is.EqualTo("Stable"));
        Assert.That(group.Log, Has.Count.EqualTo(records + 1), "the new id is in the log");
        SyncGroupResponse synced = group.Synced(group.Sync(back.MemberId, 1, "f"));
        Assert.That(Text(synced.Assignment), Is.EqualTo(follower));
    }

    [Test]
    public void The_former_id_is_fenced()
    {
        (GroupScene group, _, string follower) = Stable();
        group.Join(instance: "f", version: 5);
        Assert.That(group.Heartbeat(follower, 1, "f"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Synced(group.Sync(follower, 1, "f")).ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Joined(group.Join(follower, "f", version: 5)).ErrorCode,
            Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Leave((follower, "f")).Members[0].ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Heartbeat(follower, 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void From_version_9_a_leader_that_returns_is_told_to_skip_the_assignment()
    {
        (GroupScene group, string leader, _) = Stable();
        JoinGroupResponse back = group.Joined(group.Join(instance: "l", version: 9));
        Assert.That(back.SkipAssignment, Is.True);
        Assert.That(back.Leader, Is.EqualTo(back.MemberId).And.Not.EqualTo(leader));
        Assert.That(back.Members, Has.Count.EqualTo(2));
        JoinGroupResponse follower = group.Joined(group.Join(instance: "f", version: 9));
        Assert.That((follower.SkipAssignment, follower.Leader, follower.Members.Count),
            Is.EqualTo((false, back.MemberId, 0)));
    }

    [Test]
    public void Before_version_9_a_leader_that_returns_is_told_its_former_id_leads()
    {
        (GroupScene group, string leader, _) = Stable();
        JoinGroupResponse back = group.Joined(group.Join(instance: "l", version: 8));
        Assert.That((back.SkipAssignment, back.Leader, back.Members.Count), Is.EqualTo((false, leader, 0)));
        group.Join(back.MemberId, "l", version: 8);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"), "it leads nevertheless");
    }

    [Test]
    public void One_that_wants_other_topics_causes_a_rebalance()
    {
        (GroupScene group, _, _) = Stable();
        long join = group.Join(instance: "f", version: 5, topics: "u");
        Assert.That(group.IsWaiting(join), Is.True);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
    }

    [Test]
    public void One_that_changes_which_protocol_is_chosen_causes_a_rebalance()
    {
        (GroupScene group, _, _) = Stable(protocols: "range,sticky");
        group.Join(instance: "f", version: 5, protocols: "sticky");
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
    }

    [Test]
    public void One_that_returns_at_the_sync_barrier_causes_another_rebalance()
    {
        (GroupScene group, string leader, string follower) = Joined();
        long sync = group.Sync(follower, 1, "f");
        group.Join(instance: "f", version: 5);
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        Assert.That(group.Joined(group.Join(leader, "l", version: 5)).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void One_that_returns_at_the_join_barrier_takes_the_place_of_the_request_that_waits()
    {
        (GroupScene group, string leader, string follower) = Stable();
        long former = group.Join(follower, "f", version: 5, topics: "u");
        long back = group.Join(instance: "f", version: 5, topics: "u");
        Assert.That(group.Joined(former).ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        group.Join(leader, "l", version: 5);
        Assert.That(group.Joined(back).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void One_that_returns_before_it_had_synced_owes_the_sync_under_its_new_id()
    {
        (GroupScene group, string leader, string follower) = Joined();
        group.Sync(leader, 1, "l", assignments: [(leader, "a"), (follower, "b")]);
        string back = group.Joined(group.Join(instance: "f", version: 5)).MemberId;
        Assert.That(Text(group.Synced(group.Sync(back, 1, "f")).Assignment), Is.EqualTo("b"));
        Beat(group, 70, (leader, "l"), (back, "f"));
        Assert.That(group.State, Is.EqualTo("Stable"));
    }

    [Test]
    public void Its_session_ends_like_any_others()
    {
        (GroupScene group, string leader, _) = Stable();
        Beat(group, 10, (leader, "l"));
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        Assert.That(group.Describe().Members.Select(member => member.MemberId), Is.EqualTo([leader]));
    }

    [Test]
    public void Another_instance_cannot_use_its_member_id()
    {
        (GroupScene group, string leader, string follower) = Stable();
        Assert.That(group.Heartbeat(follower, 1, "l"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Heartbeat(leader, 1, "x"), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void An_id_that_was_given_out_is_no_static_members()
    {
        var group = new GroupScene();
        string memberId = group.Joined(group.Join(version: 5)).MemberId;
        Assert.That(group.Joined(group.Join(memberId, "i", version: 5)).ErrorCode,
            Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void It_is_known_to_the_next_coordinator()
    {
        (GroupScene group, _, string follower) = Stable();
        JoinGroupResponse back = group.Reload().Joined(group.Join(instance: "f", version: 5));
        Assert.That((back.GenerationId, group.State), Is.EqualTo((1, "Stable")));
        Assert.That(Text(group.Synced(group.Sync(back.MemberId, 1, "f")).Assignment), Is.EqualTo(follower));
    }

    private static (GroupScene Group, string Leader, string Follower) Joined(string protocols = "range")
    {
        var group = new GroupScene();
        long first = group.Join(instance: "l", version: 5, protocols: protocols);
        long second = group.Join(instance: "f", version: 5, protocols: protocols);
        group.Advance(6);
        return (group, group.Joined(first).MemberId, group.Joined(second).MemberId);
    }

    private static (GroupScene Group, string Leader, string Follower) Stable(string protocols = "range")
    {
        var (group, leader, follower) = Joined(protocols);
        group.Complete(1, leader, follower);
        return (group, leader, follower);
    }

    private static void Beat(GroupScene group, int seconds, params (string Member, string Instance)[] members)
    {
        for (int second = 0; second < seconds; second++)
        {
            foreach (var (member, instance) in members) group.Heartbeat(member, 1, instance);
            group.Advance(1);
        }
    }
}
