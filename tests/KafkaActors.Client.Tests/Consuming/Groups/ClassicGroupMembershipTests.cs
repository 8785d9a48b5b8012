using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>How a member comes into its group, what it says there, and how it gets out.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ClassicGroupMembershipTests
{
    [Test]
    public void Nothing_is_sent_before_the_coordinator_is_known()
    {
        var member = new ScriptedMember();
        member.Coordinator.Lose(member.Now);
        member.Do(core => core.Subscribe(["t"], member.Now));
        Assert.That(member.Sends<JoinGroupRequest>(), Is.False);
        member.FindCoordinator();
        member.Tick();
        Assert.That(member.Sends<JoinGroupRequest>(), Is.True);
    }

    [Test]
    public void A_join_says_what_the_member_wants_and_may_take_the_rebalance_timeout()
    {
        var member = new ScriptedMember("range roundrobin", "i");
        member.Do(core => core.Subscribe(["u", "t", "u"], member.Now));
        JoinGroupRequest join = member.TakeRequest<JoinGroupRequest>(out MembershipCall call);
        Assert.That(
            (join.GroupId, join.GroupInstanceId, join.SessionTimeoutMs, join.RebalanceTimeoutMs, join.ProtocolType),
            Is.EqualTo(("g", (string?)"i", 45_000, 300_000, "consumer")));
        Assert.That(join.Protocols.Select(protocol => protocol.Name), Is.EqualTo(new[] { "range", "roundrobin" }));
        Assert.That(
            join.Protocols[0].Metadata.ToArray(),
            Is.EqualTo(ConsumerBlobs.Subscription(["t", "u"], null, [], -1).ToArray()));
        Assert.That(call.Timeout, Is.GreaterThan(TimeSpan.FromSeconds(300)));
    }

    [Test]
    public void A_new_member_joins_again_with_the_id_that_it_was_given()
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.Answer(
            member.TakeCall<JoinGroupRequest>(),
            new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = "me" });
        Assert.That(member.TakeRequest<JoinGroupRequest>(out _).MemberId, Is.EqualTo("me"));
        Assert.That(((LeaveGroupRequest)member.Core.LastWill!).Members.Single().MemberId, Is.EqualTo("me"));
    }

    [Test]
    public void A_follower_syncs_and_reads_what_it_is_given()
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsFollower(generation: 7);
        SyncGroupRequest sync = member.TakeRequest<SyncGroupRequest>(out MembershipCall call);
        Assert.That(
            (sync.MemberId, sync.GenerationId, sync.ProtocolName, sync.Assignments.Count),
            Is.EqualTo(("me", 7, (string?)"range", 0)));
        var assignment = new MemberAssignment(Partitions("tp1"));
        member.Answer(call, new SyncGroupResponse { Assignment = ConsumerBlobs.Assignment(assignment) });
        Assert.That(Text(member.Take<MembershipEffect.Assign>().Partitions), Is.EqualTo("tp1"));
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Stable));
    }

    [Test]
    public void A_leader_waits_for_the_partitions_of_all_topics_of_the_group()
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsLeader(("me", "t"), ("other", "t u"));
        Assert.That(member.Take<MembershipEffect.WatchTopics>().Topics, Is.EqualTo(new[] { "t", "u" }));
        member.Do(core => core.Learn(new Dictionary<string, int> { ["t"] = 2 }, member.Now));
        Assert.That(member.Sends<SyncGroupRequest>(), Is.False);
        member.Do(core => core.Learn(new Dictionary<string, int> { ["t"] = 2, ["u"] = 1 }, member.Now));
        SyncGroupRequest sync = member.TakeRequest<SyncGroupRequest>(out _);
        Assert.That(
            sync.Assignments.Select(
                share => $"{share.MemberId}: {Text(ConsumerBlobs.ReadAssignment(share.Assignment).Partitions)}"),
            Is.EquivalentTo(new[] { "me: tp0", "other: tp1 up0" }));
    }

    [Test]
    public void A_leader_has_the_group_rebalance_when_a_topic_gets_more_partitions()
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsLeader(("me", "t"));
        member.Do(core => core.Learn(new Dictionary<string, int> { ["t"] = 1 }, member.Now));
        member.GiveAssignment("tp0");
        member.Do(core => core.Learn(new Dictionary<string, int> { ["t"] = 1 }, member.Now));
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Stable));
        member.Do(core => core.Learn(new Dictionary<string, int> { ["t"] = 2 }, member.Now));
        member.Do(core => core.Revoked(member.Take<MembershipEffect.Revoke>().Id, member.Now));
        Assert.That(
            member.TakeRequest<JoinGroupRequest>(out _).Reason,
            Is.EqualTo("the partitions of the group's topics have changed"));
    }

    [Test]
    public void A_leader_that_returns_keeps_the_assignment_that_there_is()
    {
        var member = new ScriptedMember(instanceId: "i");
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.Answer(
            member.TakeCall<JoinGroupRequest>(),
            new JoinGroupResponse
            {
                MemberId = "me", Leader = "me", GenerationId = 1, ProtocolName = "range", SkipAssignment = true,
            });
        Assert.That(member.TakeRequest<SyncGroupRequest>(out _).Assignments, Is.Empty);
    }

    [Test]
    public void Heartbeats_come_by_their_interval_one_at_a_time()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Now = TimeSpan.FromSeconds(2.9);
        member.Tick();
        Assert.That(member.Sends<HeartbeatRequest>(), Is.False);
        Assert.That(member.Core.NextDeadline, Is.EqualTo(TimeSpan.FromSeconds(3)));
        member.Now = TimeSpan.FromSeconds(3);
        member.Tick();
        MembershipCall first = member.TakeCall<HeartbeatRequest>();
        member.Now = TimeSpan.FromSeconds(9);
        member.Tick();
        Assert.That(member.Sends<HeartbeatRequest>(), Is.False);
        member.Answer(first, new HeartbeatResponse());
        Assert.That(member.Sends<HeartbeatRequest>(), Is.True);
    }

    [Test]
    public void An_eager_member_gives_up_everything_before_it_joins_again()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0 tp1");
        member.Heartbeat(ErrorCode.RebalanceInProgress);
        MembershipEffect.Revoke revoke = member.Take<MembershipEffect.Revoke>();
        Assert.That(Text(revoke.Partitions), Is.EqualTo("tp0 tp1"));
        Assert.That(member.Sends<JoinGroupRequest>(), Is.False);
        // Its session goes on meanwhile.
        member.Heartbeat(ErrorCode.RebalanceInProgress);
        member.Do(core => core.Revoked(revoke.Id, member.Now));
        JoinGroupRequest join = member.TakeRequest<JoinGroupRequest>(out _);
        Assert.That(
            join.Protocols[0].Metadata.ToArray(),
            Is.EqualTo(ConsumerBlobs.Subscription(["t"], null, [], 1).ToArray()));
    }

    [Test]
    public void A_cooperative_member_joins_with_what_it_has_and_gives_up_only_what_it_must()
    {
        var member = new ScriptedMember("cooperative-sticky");
        member.BecomeStable("tp0 tp1");
        member.Take<MembershipEffect.Assign>();
        member.Heartbeat(ErrorCode.RebalanceInProgress);
        Assert.That(member.Wants<MembershipEffect.Revoke>(), Is.False);
        member.JoinAsFollower(generation: 2);
        member.GiveAssignment("tp1 tp2");
        Assert.That(Text(member.Take<MembershipEffect.Assign>().Partitions), Is.EqualTo("tp2"));
        MembershipEffect.Revoke revoke = member.Take<MembershipEffect.Revoke>();
        Assert.That(Text(revoke.Partitions), Is.EqualTo("tp0"));
        member.Do(core => core.Revoked(revoke.Id, member.Now));
        Assert.That(Text(member.Core.Assigned), Is.EqualTo("tp1 tp2"));
        member.JoinAsFollower(generation: 3);
        member.GiveAssignment("tp1 tp2");
        Assert.That(member.Take<MembershipEffect.Assign>().Partitions, Is.Empty);
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Stable));
    }

    [Test]
    public void Members_are_cooperative_only_if_every_assignor_is()
    {
        var member = new ScriptedMember("cooperative-sticky range");
        member.BecomeStable("tp0");
        member.Heartbeat(ErrorCode.RebalanceInProgress);
        Assert.That(member.Wants<MembershipEffect.Revoke>(), Is.True);
    }

    [Test]
    public void A_changed_subscription_has_the_group_rebalance_as_soon_as_it_stands_still()
    {
        var member = new ScriptedMember("cooperative-sticky");
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsFollower(generation: 1);
        member.Do(core => core.Subscribe(["u"], member.Now));
        member.GiveAssignment("tp0");
        // The leader did not know: what is not wanted any more is not read either.
        Assert.That(member.Take<MembershipEffect.Assign>().Partitions, Is.Empty);
        Assert.That(
            member.TakeRequest<JoinGroupRequest>(out _).Protocols[0].Metadata.ToArray(),
            Is.EqualTo(ConsumerBlobs.Subscription(["u"], new byte[] { 0, 0, 0, 1 }, [], 1).ToArray()));
    }

    [Test]
    public void A_member_that_unsubscribes_leaves_when_its_reader_has_let_go()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Do(core => core.Unsubscribe(member.Now));
        Assert.That(member.Sends<LeaveGroupRequest>(), Is.False);
        member.Do(core => core.Revoked(member.Take<MembershipEffect.Revoke>().Id, member.Now));
        Assert.That(member.TakeRequest<LeaveGroupRequest>(out _).Members.Single().MemberId, Is.EqualTo("me"));
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Idle));
        Assert.That(member.Core.LastWill, Is.Null);
    }

    [Test]
    public void A_static_member_leaves_no_last_will_and_does_not_leave()
    {
        var member = new ScriptedMember(instanceId: "i");
        member.BecomeStable("tp0");
        Assert.That(member.Core.LastWill, Is.Null);
        member.Do(core => core.Leave("closing"));
        Assert.That(member.Sends<LeaveGroupRequest>(), Is.False);
    }

    [Test]
    public void A_member_whose_reader_stands_still_leaves_until_it_goes_on()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Now = TimeSpan.FromSeconds(200);
        member.Do(core => core.Read(member.Now));
        member.Now = TimeSpan.FromSeconds(499);
        member.Tick();
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Stable));
        member.Now = TimeSpan.FromSeconds(500);
        member.Tick();
        Assert.That(Text(member.Take<MembershipEffect.Lose>().Partitions), Is.EqualTo("tp0"));
        Assert.That(member.Sends<LeaveGroupRequest>(), Is.True);
        Assert.That(member.Core.NextDeadline, Is.Null);
        member.Do(core => core.Read(member.Now));
        Assert.That(member.TakeRequest<JoinGroupRequest>(out _).MemberId, Is.Empty);
    }
}
