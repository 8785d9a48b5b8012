using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Tests.Consuming.Groups.ScriptedConsumerMember;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What a member of a consumer group says, when, and how it comes to its assignment.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ConsumerGroupMembershipTests
{
    [Test]
    public void Nothing_is_sent_before_the_coordinator_is_known()
    {
        var member = new ScriptedConsumerMember();
        member.Coordinator.Lose(member.Now);
        member.Subscribe();
        Assert.That(member.Take(), Is.Empty);
        Assert.That(member.Core.LastWill, Is.Null);
        member.FindCoordinator();
        member.Tick();
        Assert.That(member.Take(), Is.EqualTo("join"));
    }

    [Test]
    public void The_first_heartbeat_says_all_and_later_ones_what_has_changed()
    {
        var member = new ScriptedConsumerMember("i", "range");
        member.Subscribe("t u");
        ConsumerGroupHeartbeatRequest join = member.Heartbeat;
        Assert.That(
            (join.GroupId, join.MemberId, join.MemberEpoch, join.InstanceId, join.RebalanceTimeoutMs),
            Is.EqualTo(("g", "me", 0, (string?)"i", 300_000)));
        Assert.That((join.ServerAssignor, join.SubscribedTopicRegex), Is.EqualTo(((string?)"range", (string?)null)));
        Assert.That(join.SubscribedTopicNames, Is.EqualTo(new[] { "t", "u" }));
        Assert.That(join.TopicPartitions, Is.Empty);

        member.Answer("tp0 tp2", epoch: 3);
        ConsumerGroupHeartbeatRequest ack = member.Heartbeat;
        Assert.That(
            (ack.MemberEpoch, ack.InstanceId, ack.RebalanceTimeoutMs, ack.ServerAssignor, ack.SubscribedTopicNames),
            Is.EqualTo((3, (string?)"i", -1, (string?)null, (IReadOnlyList<string>?)null)));
        Assert.That(ack.TopicPartitions!.Single().TopicId, Is.EqualTo(Id("t")));
        Assert.That(ack.TopicPartitions!.Single().Partitions, Is.EqualTo(new[] { 0, 2 }));

        member.Answer();
        member.Beat();
        Assert.That((member.Heartbeat.TopicPartitions, member.Heartbeat.SubscribedTopicNames), Is.EqualTo(
            ((IReadOnlyList<ConsumerGroupHeartbeatRequest.OwnedTopic>?)null, (IReadOnlyList<string>?)null)));
    }

    [Test]
    public void After_an_error_all_is_said_again_under_the_epoch_that_counts()
    {
        var member = new ScriptedConsumerMember(remoteAssignor: "uniform");
        member.BecomeStable("tp0", epoch: 4);
        member.Beat();
        member.Refuse(ErrorCode.CoordinatorLoadInProgress);
        Assert.That(member.Core.NextDeadline, Is.EqualTo(member.Now + Second));
        member.Now += Second;
        member.Tick();
        ConsumerGroupHeartbeatRequest full = member.Heartbeat;
        Assert.That(
            (full.MemberEpoch, full.RebalanceTimeoutMs, full.ServerAssignor),
            Is.EqualTo((4, 300_000, (string?)"uniform")));
        Assert.That(full.SubscribedTopicNames, Is.EqualTo(new[] { "t", "u" }));
        Assert.That(full.TopicPartitions!.Single().Partitions, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void A_coordinator_that_moved_is_told_all_when_it_is_found()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0", epoch: 4);
        member.Beat();
        member.Refuse(ErrorCode.NotCoordinator);
        Assert.That(member.Coordinator.Node, Is.Null);
        member.FindCoordinator();
        member.Take();
        member.Tick();
        Assert.That(member.Take(), Is.EqualTo("ack"));
        Assert.That((member.Heartbeat.MemberEpoch, member.Heartbeat.RebalanceTimeoutMs), Is.EqualTo((4, 300_000)));
    }

    [Test]
    public void The_coordinator_says_how_often_it_wants_to_hear_of_a_member()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        Assert.That(member.Core.NextDeadline, Is.EqualTo(Interval));
        member.Now = Interval - Second;
        member.Tick();
        Assert.That(member.Take(), Is.Empty);
        member.Now = Interval;
        member.Tick();
        Assert.That(member.Take(), Is.EqualTo("beat"));
        member.Now += Interval;
        member.Tick();
        Assert.That(member.Take(), Is.Empty, "one at a time");
    }

    [Test]
    public void Partitions_are_given_up_before_new_ones_are_taken_and_each_step_is_told()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0 tp1");
        member.Beat();
        member.Answer("tp1 up0", epoch: 2);
        Assert.That(member.Take(), Is.EqualTo("beat, -tp0"));
        member.Beat();
        Assert.That(member.Take(), Is.EqualTo("beat"));
        member.Answer();
        member.LetGo();
        Assert.That(member.Take(), Is.EqualTo("+up0, ack"));
        Assert.That(
            member.Heartbeat.TopicPartitions!.Select(topic => (topic.TopicId, topic.Partitions.Single())),
            Is.EquivalentTo(new[] { (Id("t"), 1), (Id("u"), 0) }));
    }

    [Test]
    public void An_assignment_that_changes_while_the_reader_lets_go_is_reached_from_there()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0 tp1");
        member.Beat();
        member.Answer("tp1", epoch: 2);
        member.Beat();
        member.Answer("tp0 up0", epoch: 3);
        member.Take();
        member.LetGo();
        Assert.That(member.Take(), Is.EqualTo("-tp1, ack"));
        member.LetGo();
        Assert.That(member.Take(), Is.EqualTo("+tp0 up0"));
        member.Answer(epoch: 3);
        Assert.That(member.Take(), Is.EqualTo("ack"));
    }

    [Test]
    public void What_cannot_be_named_yet_does_not_keep_the_rest()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        member.KnowsNames = false;
        member.Beat();
        member.Answer("tp1 up0", epoch: 2);
        Assert.That(member.Take(), Is.EqualTo("beat, -tp0, names"));
        member.LetGo();
        Assert.That(member.Take(), Is.EqualTo("+tp1, ack"));
        Assert.That(member.Core.State, Is.EqualTo(ConsumerMemberState.Reconciling));
        member.Answer(epoch: 2);
        member.LearnNames();
        Assert.That(member.Take(), Is.EqualTo("+up0, no names, ack"));
        Assert.That(member.Core.State, Is.EqualTo(ConsumerMemberState.Stable));
    }

    [Test]
    public void A_changed_subscription_is_told_at_once()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        member.Subscribe("t");
        Assert.That(member.Take(), Is.EqualTo("beat"));
        Assert.That(member.Heartbeat.SubscribedTopicNames, Is.EqualTo(new[] { "t" }));
        member.Answer();
        member.Subscribe("", regex: "a.*");
        Assert.That(
            (member.Heartbeat.SubscribedTopicNames!.Count, member.Heartbeat.SubscribedTopicRegex),
            Is.EqualTo((0, (string?)"a.*")));
        member.Answer();
        member.Subscribe("u");
        Assert.That(member.Heartbeat.SubscribedTopicNames, Is.EqualTo(new[] { "u" }));
        Assert.That(member.Heartbeat.SubscribedTopicRegex, Is.Empty, "an expression is taken back by an empty one");
    }

    [TestCase(null, -1)]
    [TestCase("i", -2)]
    public void A_static_member_says_that_it_will_be_back(string? instanceId, int epoch)
    {
        var member = new ScriptedConsumerMember(instanceId);
        member.BecomeStable("tp0");
        var will = (ConsumerGroupHeartbeatRequest)member.Core.LastWill!;
        Assert.That((will.MemberId, will.MemberEpoch, will.InstanceId), Is.EqualTo(("me", epoch, instanceId)));
        IReadOnlyList<MembershipEffect> effects = member.Core.Leave("closed");
        var left = (ConsumerGroupHeartbeatRequest)((MembershipEffect.Send)effects.Single()).Call.Request;
        Assert.That((left.MemberId, left.MemberEpoch, left.InstanceId), Is.EqualTo(("me", epoch, instanceId)));
        Assert.That(member.Core.LastWill, Is.Null);
    }

    [Test]
    public void Commits_are_made_under_the_member_epoch()
    {
        var member = new ScriptedConsumerMember("i");
        Assert.That(member.Core.Self, Is.EqualTo(new GroupIdentity("g", "i")));
        member.BecomeStable("tp0", epoch: 7);
        Assert.That(
            member.Core.Self, Is.EqualTo(new GroupIdentity("g", "i", "me", 7, IsOfConsumerProtocol: true)));
        member.Beat();
        member.Refuse(ErrorCode.FencedMemberEpoch);
        Assert.That(member.Core.Self.IsMember, Is.False);
    }

    [Test]
    public void A_commit_under_an_old_epoch_has_a_heartbeat_ask_for_the_new_one()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        member.Do(core => core.Told(ErrorCode.OffsetMetadataTooLarge, member.Now));
        Assert.That(member.Take(), Is.Empty);
        member.Do(core => core.Told(ErrorCode.StaleMemberEpoch, member.Now));
        Assert.That(member.Take(), Is.EqualTo("beat"));
    }

    [Test]
    public void A_subscription_while_the_last_one_ends_joins_afterwards()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        member.Do(core => core.Unsubscribe(member.Now));
        member.Subscribe("u");
        Assert.That(member.Take(), Does.Not.Contain("join"));
        member.LetGo();
        Assert.That(member.Take(), Is.EqualTo("leave, join"));
        Assert.That(member.Heartbeat.SubscribedTopicNames, Is.EqualTo(new[] { "u" }));
    }

    [Test]
    public void A_member_that_is_fenced_again_and_again_makes_pauses()
    {
        var member = new ScriptedConsumerMember();
        member.Subscribe();
        member.Refuse(ErrorCode.FencedMemberEpoch);
        Assert.That(member.Take(), Is.EqualTo("join"));
        member.Now += Second;
        member.Tick();
        Assert.That(member.Take(), Is.EqualTo("join"));
    }

    [TestCase(ErrorCode.InvalidRegularExpression, "Group g", "InvalidRegularExpression: no closing")]
    [TestCase(ErrorCode.UnreleasedInstanceId, "Group g", "UnreleasedInstanceId: no closing")]
    [TestCase(ErrorCode.UnsupportedVersion, "group.protocol=consumer", "Apache Kafka has from 4.0 on")]
    public void A_refusal_says_why(ErrorCode error, string one, string other)
    {
        var member = new ScriptedConsumerMember();
        member.Subscribe();
        IReadOnlyList<MembershipEffect> effects = member.Core.Answered(
            member.Call!,
            new ConsumerGroupHeartbeatResponse { ErrorCode = error, ErrorMessage = "no closing." },
            member.Now);
        string message = effects.OfType<MembershipEffect.Fail>().Single().Message;
        Assert.That(message, Does.Contain(one).And.Contains(other).And.EndsWith(": no closing."));
    }

    [Test]
    public void What_the_cluster_does_not_know_is_named_with_what_it_was_wanted_for()
    {
        var member = new ScriptedConsumerMember();
        member.Subscribe("", "a.*");
        member.LeaveUnanswered(ErrorCode.NetworkException);
        Assert.That(member.Core.State, Is.EqualTo(ConsumerMemberState.Joining));
        member.FindCoordinator();
        member.Tick();
        IReadOnlyList<MembershipEffect> effects = member.Core.Unanswered(
            member.Call!, ErrorCode.UnsupportedVersion, "kafka:9092 has no ConsumerGroupHeartbeat.", member.Now);
        Assert.That(member.Core.State, Is.EqualTo(ConsumerMemberState.Fatal));
        Assert.That(
            effects.OfType<MembershipEffect.Fail>().Single().Message,
            Does.Contain("group.protocol=consumer").And.Contains("4.0").And.EndsWith("no ConsumerGroupHeartbeat."));
    }

    [Test]
    public void A_cluster_that_knows_no_expressions_is_told_of_none()
    {
        var member = new ScriptedConsumerMember();
        member.BecomeStable("tp0");
        member.Beat();
        member.Refuse(ErrorCode.CoordinatorLoadInProgress);
        member.Now += Second;
        member.Tick();
        Assert.That((member.Take(), member.Heartbeat.SubscribedTopicRegex), Is.EqualTo(("beat, ack", (string?)null)));
    }
}
