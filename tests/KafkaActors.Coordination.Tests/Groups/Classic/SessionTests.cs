using KafkaActors.Coordination.Causes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

public sealed class SessionTests
{
    [Test]
    public void A_silent_member_is_out_when_its_session_ends()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        group.Advance(5);
        Assert.That(group.Heartbeat(members[0], 1), Is.EqualTo(ErrorCode.None));
        group.Advance(4.999);
        Assert.That(group.State, Is.EqualTo("Stable"));
        group.Advance(0.001);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        Assert.That(group.Heartbeat(members[1], 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Heartbeat(members[0], 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void Rebalances_and_members_that_are_out_say_why()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        Cause formed = group.Causes.Single();
        Assert.That(
            (formed.Kind, formed.Subject, formed["generation"], formed["members"]),
            Is.EqualTo((CauseKind.GroupRebalanced, "group g", (long?)1, (long?)2)));
        group.Advance(5);
        group.Heartbeat(members[0], 1);
        group.Advance(5);
        Cause expired = group.Causes[^1];
        Assert.That(
            (expired.Kind, expired["session ms"], expired["members"]),
            Is.EqualTo((CauseKind.GroupMemberExpired, (long?)10_000, (long?)2)));
    }

    [Test]
    public void A_commit_keeps_the_session_as_a_heartbeat_does()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        for (int i = 0; i < 5; i++)
        {
            group.Advance(9);
            Assert.That(group.Commit(memberId: members[0], generation: 1), Is.EqualTo(ErrorCode.None));
        }

        Assert.That(group.State, Is.EqualTo("Stable"));
    }

    [Test]
    public void When_the_last_session_ends_the_group_is_empty()
    {
        var group = new GroupScene();
        group.Form(3);
        group.Advance(10);
        Assert.That(group.State, Is.EqualTo("Empty"));
        Assert.That(((GroupMetadataValue)group.Log[^1].Value!).Members, Is.Empty);
    }

    [Test]
    public void A_member_that_waits_at_the_join_barrier_does_not_expire()
    {
        var group = new GroupScene();
        string[] members = group.Form(2);
        long join = group.Join(members[0]);
        for (int i = 0; i < 5; i++)
        {
            group.Advance(9);
            group.Heartbeat(members[1], 1);
        }

        Assert.That(group.IsWaiting(join), Is.True);
        group.Join(members[1]);
        Assert.That(group.Joined(join).GenerationId, Is.EqualTo(2));
        group.Advance(9.999);
        Assert.That(group.Describe().Members, Has.Count.EqualTo(2), "the session began anew with the answer");
        group.Advance(0.001);
        Assert.That(group.Describe().Members, Is.Empty);
    }

    [Test]
    public void A_member_that_waits_at_the_sync_barrier_does_not_expire()
    {
        var group = new GroupScene();
        long first = group.Join();
        long second = group.Join();
        group.Advance(6);
        (string leader, string follower) = (group.Joined(first).MemberId, group.Joined(second).MemberId);
        long sync = group.Sync(follower, 1);
        for (int i = 0; i < 5; i++)
        {
            group.Advance(9);
            group.Heartbeat(leader, 1);
        }

        Assert.That(group.IsWaiting(sync), Is.True);
        group.Sync(leader, 1, assignments: (leader, "a"));
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.None));
        group.Advance(9);
        Assert.That(group.Heartbeat(follower, 1), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_new_member_waits_five_minutes_at_most()
    {
        var group = new GroupScene();
        string member = group.Joined(Rejoined(group)).MemberId;
        long newcomer = group.Join(rebalanceMs: 600_000);
        for (int i = 0; i < 33; i++)
        {
            group.Advance(9);
            group.Heartbeat(member, 1);
        }

        Assert.That(group.IsWaiting(newcomer), Is.True);
        group.Advance(3);
        Assert.That(group.Joined(newcomer).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));

        static long Rejoined(GroupScene group)
        {
            long join = group.Join(rebalanceMs: 600_000);
            group.Advance(3);
            group.Complete(1, group.Joined(join).MemberId);
            return join;
        }
    }

    [Test]
    public void From_version_4_a_new_member_is_given_its_id_first()
    {
        var group = new GroupScene();
        JoinGroupResponse given = group.Joined(group.Join(version: 4));
        Assert.That(given.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        Assert.That(given.MemberId, Does.Match("^c-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"));
        Assert.That(group.State, Is.EqualTo("Empty"));
        long join = group.Join(given.MemberId, version: 4);
        group.Advance(3);
        Assert.That((group.Joined(join).ErrorCode, group.Joined(join).MemberId),
            Is.EqualTo((ErrorCode.None, given.MemberId)));
    }

    [Test]
    public void An_id_that_nobody_joins_with_is_forgotten_when_its_session_ends()
    {
        var group = new GroupScene();
        string memberId = group.Joined(group.Join(version: 4)).MemberId;
        Assert.That(group.Core.Exists, Is.True);
        group.Advance(10);
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Joined(group.Join(memberId)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Log, Is.Empty);
    }

    [Test]
    public void The_join_barrier_waits_for_ids_that_were_given_out()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        group.Join(version: 4);
        long join = group.Join(members[0]);
        group.Advance(9.999);
        Assert.That(group.IsWaiting(join), Is.True);
        group.Advance(0.001);
        Assert.That(group.Joined(join).Members, Has.Count.EqualTo(1));
    }

    [Test]
    public void Heartbeats_of_an_id_that_has_not_joined_are_those_of_a_stranger()
    {
        var group = new GroupScene();
        string memberId = group.Joined(group.Join(version: 4)).MemberId;
        Assert.That(group.Heartbeat(memberId, 0), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [TestCase(5_999, ErrorCode.InvalidSessionTimeout)]
    [TestCase(6_000, ErrorCode.MemberIdRequired)]
    [TestCase(1_800_000, ErrorCode.MemberIdRequired)]
    [TestCase(1_800_001, ErrorCode.InvalidSessionTimeout)]
    public void A_session_timeout_has_bounds(int sessionMs, ErrorCode expected)
    {
        var group = new GroupScene();
        Assert.That(group.Joined(group.Join(version: 4, sessionMs: sessionMs)).ErrorCode, Is.EqualTo(expected));
    }

    [Test]
    public void Members_of_a_loaded_group_have_a_whole_session()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        group.Advance(9.5);
        group.Reload().Advance(9.5);
        Assert.That(group.Heartbeat(members[0], 1), Is.EqualTo(ErrorCode.None));
        group.Advance(10);
        Assert.That(group.State, Is.EqualTo("Empty"));
    }
}
