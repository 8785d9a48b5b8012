using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Requests;

namespace KafkaActors.Coordination.Tests.Groups.Classic;

public sealed class SyncBarrierTests
{
    [Test]
    public void Followers_wait_for_the_leaders_assignment_and_all_answers_wait_for_its_record()
    {
        (GroupScene group, string leader, string follower) = Joined();
        long first = group.Sync(follower, 1);
        Assert.That(group.IsWaiting(first), Is.True);
        Assert.That(group.Log, Is.Empty);
        long second = group.Sync(leader, 1, assignments: [(leader, "mine"), (follower, "yours")]);
        Assert.That(Text(group.Synced(first).Assignment), Is.EqualTo("yours"));
        Assert.That(Text(group.Synced(second).Assignment), Is.EqualTo("mine"));
        Assert.That(new[] { first, second }.Select(group.RecordsBehind), Is.All.EqualTo(1));
        var record = (GroupMetadataValue)group.Log[0].Value!;
        Assert.That(record.Members.Select(member => (member.MemberId, Text(member.Assignment))),
            Is.EqualTo([(leader, "mine"), (follower, "yours")]));
    }

    [Test]
    public void The_record_tells_all_that_a_member_said()
    {
        var group = new GroupScene(GroupSettings.Default with { InitialRebalanceDelay = TimeSpan.Zero });
        string member = group.Joined(
            group.Join(instance: "i", version: 5, sessionMs: 7_000, rebalanceMs: 8_000, topics: "u")).MemberId;
        group.Sync(member, 1, "i", assignments: (member, "a"));
        var record = (GroupMetadataValue)group.Log[0].Value!;
        GroupMetadataValue.MemberMetadata told = record.Members[0];
        Assert.That((record.Generation, record.Protocol, record.Leader), Is.EqualTo((1, "range", member)));
        Assert.That((told.GroupInstanceId, told.ClientId, told.ClientHost), Is.EqualTo(("i", "c", "/127.0.0.1")));
        Assert.That((told.SessionTimeout, told.RebalanceTimeout), Is.EqualTo((7_000, 8_000)));
        Assert.That(told.Subscription.ToArray(), Is.EqualTo(Subscription("u")));
        Assert.That(group.Log[0].ValueVersion, Is.EqualTo(3));
    }

    [Test]
    public void A_member_the_leader_forgot_has_an_empty_assignment()
    {
        (GroupScene group, string leader, string follower) = Joined();
        long sync = group.Sync(follower, 1);
        group.Sync(leader, 1, assignments: (leader, "all"));
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(group.Synced(sync).Assignment.Length, Is.Zero);
    }

    [Test]
    public void A_follower_that_comes_late_is_given_the_assignment_there_is()
    {
        (GroupScene group, string leader, string follower) = Joined();
        group.Sync(leader, 1, assignments: (follower, "yours"));
        SyncGroupResponse late = group.Synced(group.Sync(follower, 1, version: 5));
        Assert.That(Text(late.Assignment), Is.EqualTo("yours"));
        Assert.That((late.ProtocolType, late.ProtocolName), Is.EqualTo(("consumer", "range")));
    }

    [Test]
    public void A_rebalance_that_overtakes_the_barrier_sends_those_who_wait_back_to_join()
    {
        (GroupScene group, _, string follower) = Joined();
        long sync = group.Sync(follower, 1);
        group.Join();
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        Assert.That(group.Log, Is.Empty);
    }

    [Test]
    public void A_member_that_leaves_while_its_sync_waits_is_still_answered()
    {
        (GroupScene group, _, string follower) = Joined();
        long sync = group.Sync(follower, 1);
        group.Leave((follower, null));
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_sync_sent_again_is_answered_once_for_each_request()
    {
        (GroupScene group, string leader, string follower) = Joined();
        long lost = group.Sync(follower, 1);
        long again = group.Sync(follower, 1);
        Assert.That(group.Synced(lost).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        group.Sync(leader, 1, assignments: (follower, "yours"));
        Assert.That(Text(group.Synced(again).Assignment), Is.EqualTo("yours"));
    }

    [Test]
    public void Members_that_do_not_sync_within_the_rebalance_timeout_are_out()
    {
        (GroupScene group, string leader, string follower) = Joined(rebalanceMs: 20_000);
        group.Sync(leader, 1, assignments: (leader, "all"));
        Beat(group, 19, leader, follower);
        Assert.That(group.State, Is.EqualTo("Stable"));
        Beat(group, 1, leader, follower);
        Assert.That(group.State, Is.EqualTo("PreparingRebalance"));
        Assert.That(group.Describe().Members.Select(member => member.MemberId), Is.EqualTo([leader]));
    }

    [Test]
    public void A_leader_that_does_not_sync_is_out_and_another_leads()
    {
        (GroupScene group, string leader, string follower) = Joined(rebalanceMs: 20_000);
        long sync = group.Sync(follower, 1);
        Beat(group, 20, leader, follower);
        Assert.That(group.Synced(sync).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(group.Joined(group.Join(follower)).Leader, Is.EqualTo(follower));
    }

    [Test]
    public void When_all_have_synced_the_rebalance_timeout_passes_unnoticed()
    {
        (GroupScene group, string leader, string follower) = Joined(rebalanceMs: 20_000);
        group.Complete(1, leader, follower);
        Beat(group, 60, leader, follower);
        Assert.That(group.State, Is.EqualTo("Stable"));
    }

    private static (GroupScene Group, string Leader, string Follower) Joined(int rebalanceMs = 60_000)
    {
        var group = new GroupScene();
        long first = group.Join(rebalanceMs: rebalanceMs);
        long second = group.Join(rebalanceMs: rebalanceMs);
        group.Advance(6);
        return (group, group.Joined(first).MemberId, group.Joined(second).MemberId);
    }

    private static void Beat(GroupScene group, int seconds, params string[] members)
    {
        for (int second = 0; second < seconds; second++)
        {
            foreach (string member in members) group.Heartbeat(member, 1);
            group.Advance(1);
        }
    }
}
