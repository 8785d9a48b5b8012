using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

public sealed class JoinBarrierTests
{
    private static readonly GroupSettings NoDelay =
        GroupSettings.Default with { InitialRebalanceDelay = TimeSpan.Zero };

    [Test]
    public void The_first_member_waits_for_others_to_come()
    {
        var group = new GroupScene();
        long join = group.Join();
        group.Advance(2.999);
        Assert.That(group.IsWaiting(join), Is.True);
        group.Advance(0.001);
        Assert.That(group.Joined(join).GenerationId, Is.EqualTo(1));
        Assert.That(group.State, Is.EqualTo("CompletingRebalance"));
    }

    [Test]
    public void Each_delay_in_which_a_member_came_is_followed_by_another()
    {
        var group = new GroupScene();
        long first = group.Join();
        group.Advance(2);
        group.Join();
        group.Advance(3);
        group.Join();
        group.Advance(3.999);
        Assert.That(group.IsWaiting(first), Is.True);
        group.Advance(0.001);
        Assert.That(group.Joined(first).Members, Has.Count.EqualTo(3));
    }

    [Test]
    public void The_initial_delays_end_with_the_first_members_rebalance_timeout()
    {
        var group = new GroupScene();
        long first = group.Join(rebalanceMs: 7_000);
        for (int second = 0; second < 6; second++)
        {
            group.Advance(1);
            group.Join();
        }

        group.Advance(0.999);
        Assert.That(group.IsWaiting(first), Is.True);
        group.Advance(0.001);
        Assert.That(group.Joined(first).Members, Has.Count.EqualTo(7));
    }

    [Test]
    public void Without_an_initial_delay_the_first_member_goes_on_at_once()
    {
        var group = new GroupScene(NoDelay);
        Assert.That(group.Joined(group.Join()).GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void Only_the_leader_is_told_the_members()
    {
        var group = new GroupScene();
        long first = group.Join(topics: "t");
        long second = group.Join(topics: "u");
        group.Advance(6);
        JoinGroupResponse leader = group.Joined(first);
        JoinGroupResponse follower = group.Joined(second);
        Assert.That(leader.Leader, Is.EqualTo(leader.MemberId));
        Assert.That(leader.Members.Select(member => member.MemberId), Is.EqualTo([leader.MemberId, follower.MemberId]));
        Assert.That(leader.Members[1].Metadata.ToArray(), Is.EqualTo(Requests.Subscription("u")));
        Assert.That(follower.Leader, Is.EqualTo(leader.MemberId));
        Assert.That(follower.Members, Is.Empty);
        Assert.That((follower.ProtocolType, follower.ProtocolName), Is.EqualTo(("consumer", "range")));
    }

    [Test]
    public void A_rebalance_goes_on_when_the_last_member_has_joined()
    {
        var group = new GroupScene();
        string[] members = group.Form(3);
        long newcomer = group.Join();
        long first = group.Join(members[0]);
        long second = group.Join(members[1]);
        Assert.That(group.IsWaiting(newcomer), Is.True);
        long third = group.Join(members[2]);
        Assert.That(
            new[] { newcomer, first, second, third }.Select(join => group.Joined(join).GenerationId),
            Is.All.EqualTo(2));
        Assert.That(group.Joined(first).Leader, Is.EqualTo(members[0]));
    }

    [Test]
    public void After_the_longest_rebalance_timeout_those_who_have_not_joined_are_out()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long newcomer = group.Join(rebalanceMs: 90_000);
        for (int beat = 0; beat < 10; beat++)
        {
            group.Advance(8.9);
            Assert.That(group.Heartbeat(members[0], 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
            group.Heartbeat(members[1], 1);
        }

        Assert.That(group.IsWaiting(newcomer), Is.True);
        group.Advance(1);
        JoinGroupResponse joined = group.Joined(newcomer);
        Assert.That(joined.Members.Select(member => member.MemberId), Is.EqualTo([joined.MemberId]));
        Assert.That(joined.Leader, Is.EqualTo(joined.MemberId));
        Assert.That(group.Heartbeat(members[0], 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void In_version_0_the_session_timeout_is_the_rebalance_timeout()
    {
        var group = new GroupScene(NoDelay);
        string member = group.Joined(group.Join(sessionMs: 20_000, rebalanceMs: -1, version: 0)).MemberId;
        group.Complete(1, member);
        long newcomer = group.Join(sessionMs: 20_000, rebalanceMs: -1, version: 0);
        group.Advance(19.999);
        Assert.That(group.IsWaiting(newcomer), Is.True);
        group.Advance(0.001);
        Assert.That(group.Joined(newcomer).Members, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_static_member_stays_in_the_group_though_it_has_not_joined()
    {
        var group = new GroupScene();
        long first = group.Join(instance: "i", version: 5, sessionMs: 100_000);
        long second = group.Join();
        group.Advance(6);
        string[] members = [group.Joined(first).MemberId, group.Joined(second).MemberId];
        group.Complete(1, members);
        long rejoin = group.Join(members[1], topics: "u");
        group.Advance(60);
        JoinGroupResponse joined = group.Joined(rejoin);
        Assert.That(joined.Members.Select(member => member.MemberId), Is.EqualTo(members));
        Assert.That(joined.Leader, Is.EqualTo(members[1]));
        Assert.That(joined.Members[0].GroupInstanceId, Is.EqualTo("i"));
    }

    [Test]
    public void With_nobody_joined_but_static_members_left_the_barrier_stands_until_their_sessions_end()
    {
        var group = new GroupScene();
        long first = group.Join(instance: "i", version: 5, sessionMs: 100_000, rebalanceMs: 30_000);
        long second = group.Join(rebalanceMs: 30_000);
        group.Advance(6);
        group.Complete(1, group.Joined(first).MemberId, group.Joined(second).MemberId);
        group.Leave((group.Joined(second).MemberId, null));
        group.Advance(31);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        group.Advance(70);
        Assert.That(group.State, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_member_that_joins_again_while_it_waits_is_answered_once_for_each_request()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long lost = group.Join(members[0]);
        long again = group.Join(members[0]);
        Assert.That(group.Joined(lost).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        group.Join(members[1]);
        Assert.That(group.Joined(again).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void A_follower_that_joins_a_stable_group_as_it_was_causes_no_rebalance_and_the_leader_does()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        JoinGroupResponse follower = group.Joined(group.Join(members[1]));
        Assert.That((follower.GenerationId, follower.Leader), Is.EqualTo((1, members[0])));
        Assert.That(group.State, Is.EqualTo("Stable"));
        group.Join(members[0]);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
    }

    [Test]
    public void A_leader_that_missed_the_answer_is_told_the_members_again()
    {
        var group = new GroupScene();
        long first = group.Join();
        group.Join();
        group.Advance(6);
        JoinGroupResponse again = group.Joined(group.Join(group.Joined(first).MemberId));
        Assert.That((again.GenerationId, again.Members.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public void The_protocol_with_most_votes_of_those_all_support_is_chosen()
    {
        var group = new GroupScene();
        long join = group.Join(protocols: "range,sticky,roundrobin");
        group.Join(protocols: "sticky,roundrobin,range");
        group.Join(protocols: "cooperative,roundrobin,sticky");
        group.Advance(6);
        Assert.That(group.Joined(join).ProtocolName, Is.EqualTo("sticky"));
    }

    [Test]
    public void Of_protocols_with_as_many_votes_the_first_members_is_chosen()
    {
        var group = new GroupScene();
        long join = group.Join(protocols: "roundrobin,range");
        group.Join(protocols: "range,roundrobin");
        group.Advance(6);
        Assert.That(group.Joined(join).ProtocolName, Is.EqualTo("roundrobin"));
    }

    [Test]
    public void A_member_that_names_a_protocol_twice_supports_it_once()
    {
        var group = new GroupScene(NoDelay);
        string member = group.Joined(group.Join(protocols: "range,range")).MemberId;
        group.Complete(1, member);
        long other = group.Join(protocols: "range");
        Assert.That(group.Joined(group.Join(member, protocols: "range,range")).ProtocolName, Is.EqualTo("range"));
        Assert.That(group.Joined(other).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void A_full_group_takes_no_more_members()
    {
        var group = new GroupScene(GroupSettings.Default with { MaxSize = 2 });
        group.Join();
        group.Join();
        Assert.That(group.Joined(group.Join()).ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        group.Advance(6);
        JoinGroupResponse turnedAway = group.Joined(group.Join(version: 5));
        Assert.That((turnedAway.ErrorCode, turnedAway.MemberId), Is.EqualTo((ErrorCode.GroupMaxSizeReached, "")));
    }

    [Test]
    public void When_the_limit_was_lowered_the_last_to_join_again_are_out()
    {
        var group = new GroupScene();
        string[] members = group.Form(3);
        group.Reload(GroupSettings.Default with { MaxSize = 2 });
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        long second = group.Join(members[1]);
        long third = group.Join(members[2]);
        Assert.That(group.Joined(group.Join(members[0])).ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That(group.Joined(second).GenerationId, Is.EqualTo(2));
        Assert.That(group.Joined(third).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void A_stable_group_whose_members_all_leave_is_empty_in_a_generation_of_its_own()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        group.Leave((members[0], null), (members[1], null));
        Assert.That(group.State, Is.EqualTo("Empty"));
        var record = (GroupMetadataValue)group.Log[^1].Value!;
        Assert.That((record.Generation, record.Members.Count, record.Leader), Is.EqualTo((2, 0, (string?)null)));
        Assert.That((record.ProtocolType, record.Protocol), Is.EqualTo(("consumer", (string?)null)));
        Assert.That(record.CurrentStateTimestamp, Is.EqualTo(group.Now.TotalMilliseconds));
    }
}
