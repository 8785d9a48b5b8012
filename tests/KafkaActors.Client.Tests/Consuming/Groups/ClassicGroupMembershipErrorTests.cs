using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What a member makes of each error, in each of its requests.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ClassicGroupMembershipErrorTests
{
    private const string NoPause = "at once";
    private const string Pause = "after a pause";
    private const string Search = "at another coordinator";
    private const string Never = "never";

    [TestCase(ErrorCode.CoordinatorLoadInProgress, Pause)]
    [TestCase(ErrorCode.NotCoordinator, Search)]
    [TestCase(ErrorCode.CoordinatorNotAvailable, Search)]
    [TestCase(ErrorCode.RebalanceInProgress, NoPause)]
    [TestCase(ErrorCode.UnknownMemberId, NoPause)]
    [TestCase(ErrorCode.FencedInstanceId, Never)]
    [TestCase(ErrorCode.InconsistentGroupProtocol, Never)]
    [TestCase(ErrorCode.InvalidSessionTimeout, Never)]
    [TestCase(ErrorCode.GroupMaxSizeReached, Never)]
    [TestCase(ErrorCode.GroupAuthorizationFailed, Never)]
    public void A_join_that_failed_is_made_again(ErrorCode error, string when)
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.Answer(member.TakeCall<JoinGroupRequest>(), new JoinGroupResponse { ErrorCode = error });
        CheckThatItJoins(member, error, when);
    }

    [TestCase(ErrorCode.RebalanceInProgress, NoPause)]
    [TestCase(ErrorCode.UnknownMemberId, NoPause)]
    [TestCase(ErrorCode.IllegalGeneration, NoPause)]
    [TestCase(ErrorCode.CoordinatorLoadInProgress, Pause)]
    [TestCase(ErrorCode.NotCoordinator, Search)]
    [TestCase(ErrorCode.CoordinatorNotAvailable, Search)]
    [TestCase(ErrorCode.FencedInstanceId, Never)]
    [TestCase(ErrorCode.InconsistentGroupProtocol, Never)]
    public void After_a_sync_that_failed_the_member_joins_again(ErrorCode error, string when)
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsFollower(generation: 1);
        member.Answer(member.TakeCall<SyncGroupRequest>(), new SyncGroupResponse { ErrorCode = error });
        CheckThatItJoins(member, error, when);
    }

    [TestCase(ErrorCode.UnknownMemberId, "")]
    [TestCase(ErrorCode.IllegalGeneration, "me")]
    public void A_member_that_the_group_went_on_without_has_lost_its_partitions(ErrorCode error, string memberId)
    {
        var member = new ScriptedMember("cooperative-sticky");
        member.BecomeStable("tp0");
        member.Heartbeat(error);
        Assert.That(Text(member.Take<MembershipEffect.Lose>().Partitions), Is.EqualTo("tp0"));
        JoinGroupRequest join = member.TakeRequest<JoinGroupRequest>(out _);
        Assert.That(join.MemberId, Is.EqualTo(memberId));
        Assert.That(
            join.Protocols[0].Metadata.ToArray(),
            Is.EqualTo(ConsumerBlobs.Subscription(["t"], new byte[] { 0, 0, 0, 1 }, [], -1).ToArray()));
    }

    [TestCase(ErrorCode.NotCoordinator)]
    [TestCase(ErrorCode.CoordinatorNotAvailable)]
    public void A_member_keeps_its_partitions_while_the_coordinator_moves(ErrorCode error)
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Heartbeat(error);
        Assert.That(member.Coordinator.Node, Is.Null);
        Assert.That(member.Coordinator.IsDue(member.Now), Is.False);
        Assert.That(member.Coordinator.IsDue(member.Now + ScriptedMember.Second), Is.True);
        Assert.That(Text(member.Core.Assigned), Is.EqualTo("tp0"));
        member.FindCoordinator();
        member.Heartbeat(ErrorCode.None);
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Stable));
    }

    [Test]
    public void A_heartbeat_without_an_answer_has_the_coordinator_looked_up()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Now += TimeSpan.FromSeconds(3);
        member.Tick();
        MembershipCall call = member.TakeCall<HeartbeatRequest>();
        member.Do(core => core.Unanswered(call, ErrorCode.NetworkException, member.Now));
        Assert.That(member.Coordinator.Node, Is.Null);
    }

    [Test]
    public void A_member_that_is_fenced_has_lost_everything_and_stays_out()
    {
        var member = new ScriptedMember(instanceId: "i");
        member.BecomeStable("tp0");
        member.Heartbeat(ErrorCode.FencedInstanceId);
        Assert.That(member.Take<MembershipEffect.Lose>().Partitions, Has.Count.EqualTo(1));
        MembershipEffect.Fail failure = member.Take<MembershipEffect.Fail>();
        Assert.That(failure.Error, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(failure.Message, Does.Contain("Group g").And.Not.Contain("\n"));
        member.Now += TimeSpan.FromHours(1);
        member.Do(core => core.Read(member.Now));
        Assert.That(member.Sends<JoinGroupRequest>(), Is.False);
    }

    [Test]
    public void A_commit_that_was_refused_tells_of_a_rebalance_before_the_next_heartbeat()
    {
        var member = new ScriptedMember("cooperative-sticky");
        member.BecomeStable("tp0");
        member.Do(core => core.Told(ErrorCode.RebalanceInProgress, member.Now));
        Assert.That(member.Sends<JoinGroupRequest>(), Is.True);
    }

    [Test]
    public void What_the_cluster_does_not_know_is_told_in_the_words_of_who_found_it_out()
    {
        const string Lacks = "A static member of a group (group.instance.id) needs JoinGroup v5.";
        var member = new ScriptedMember(instanceId: "i");
        member.Do(core => core.Subscribe(["t"], member.Now));
        MembershipCall join = member.TakeCall<JoinGroupRequest>();
        member.Do(core => core.Unanswered(join, ErrorCode.UnsupportedVersion, Lacks, member.Now));
        MembershipEffect.Fail fail = member.Take<MembershipEffect.Fail>();
        Assert.That((fail.Error, fail.Message), Is.EqualTo((ErrorCode.UnsupportedVersion, Lacks)));
    }

    [Test]
    public void An_assignment_that_cannot_be_read_ends_the_subscription()
    {
        var member = new ScriptedMember();
        member.Do(core => core.Subscribe(["t"], member.Now));
        member.JoinAsFollower(generation: 1);
        member.Answer(
            member.TakeCall<SyncGroupRequest>(),
            new SyncGroupResponse { Assignment = new byte[] { 0, 0, 0x7f, 0xff, 0xff, 0xff } });
        Assert.That(
            member.Take<MembershipEffect.Fail>().Error, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void An_answer_to_a_call_that_was_given_up_counts_for_nothing()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Do(core => core.Told(ErrorCode.UnknownMemberId, member.Now));
        MembershipCall stale = member.TakeCall<JoinGroupRequest>();
        member.Do(core => core.Leave("closing"));
        member.Answer(stale, new JoinGroupResponse { MemberId = "me", Leader = "me", ProtocolName = "range" });
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Idle));
    }

    [Test]
    public void A_reader_that_lets_go_too_late_changes_nothing()
    {
        var member = new ScriptedMember();
        member.BecomeStable("tp0");
        member.Heartbeat(ErrorCode.RebalanceInProgress);
        int id = member.Take<MembershipEffect.Revoke>().Id;
        member.Heartbeat(ErrorCode.UnknownMemberId);
        MembershipCall join = member.TakeCall<JoinGroupRequest>();
        member.Do(core => core.Revoked(id, member.Now));
        Assert.That(member.Sends<JoinGroupRequest>(), Is.False);
        member.Answer(join, new JoinGroupResponse { MemberId = "n", Leader = "x", ProtocolName = "range" });
        Assert.That(member.Core.State, Is.EqualTo(ClassicMemberState.Syncing));
    }

    private static void CheckThatItJoins(ScriptedMember member, ErrorCode error, string when)
    {
        if (when == Never)
        {
            Assert.That(member.Take<MembershipEffect.Fail>().Error, Is.EqualTo(error));
            Assert.That(member.Core.NextDeadline, Is.Null);
            return;
        }

        Assert.That(member.Sends<JoinGroupRequest>(), Is.EqualTo(when == NoPause));
        Assert.That(member.Coordinator.Node is null, Is.EqualTo(when == Search));
        if (when == NoPause) return;
        if (when == Search) member.FindCoordinator();
        member.Now += ScriptedMember.Second;
        member.Tick();
        Assert.That(member.Sends<JoinGroupRequest>(), Is.True);
    }
}
