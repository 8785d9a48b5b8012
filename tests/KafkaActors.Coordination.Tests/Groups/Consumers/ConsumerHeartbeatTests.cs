using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

public sealed class ConsumerHeartbeatTests
{
    private static readonly TestCaseData<Action<ConsumerGroupHeartbeatRequest>, string>[] FaultyJoins =
    [
        Case(request => request.MemberId = "", "MemberId can't be empty."),
        Case(request => request.MemberId = "  ", "MemberId can't be empty."),
        Case(request => request.GroupId = "", "GroupId can't be empty."),
        Case(request => request.InstanceId = "", "InstanceId can't be empty."),
        Case(request => request.RackId = " ", "RackId can't be empty."),
        Case(request => request.RebalanceTimeoutMs = -1, "RebalanceTimeoutMs must be provided in first request."),
        Case(request => request.TopicPartitions = null, "TopicPartitions must be empty when (re-)joining."),
        Case(
            request => request.TopicPartitions = [new ConsumerGroupHeartbeatRequest.OwnedTopic()],
            "TopicPartitions must be empty when (re-)joining."),
        Case(
            request => request.SubscribedTopicNames = null,
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining."),
        Case(request => request.MemberEpoch = -2, "InstanceId can't be null."),
        Case(request => request.MemberEpoch = -3, "MemberEpoch is invalid."),
    ];

    [TestCaseSource(nameof(FaultyJoins))]
    public void A_faulty_request_is_refused(Action<ConsumerGroupHeartbeatRequest> spoil, string message)
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("member", "topic");
        spoil(request);
        ConsumerGroupHeartbeatResponse? refusal = Refusal(request);
        Assert.That(refusal?.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(refusal?.ErrorMessage, Is.EqualTo(message));
    }

    [Test]
    public void A_complete_request_is_not_refused_at_any_epoch()
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("member", "topic");
        foreach (int epoch in new[] { 0, 1, 100, -1 })
        {
            request.MemberEpoch = epoch;
            Assert.That(Refusal(request), Is.Null);
        }
    }

    [Test]
    public void The_coordinator_may_choose_the_member_id_in_version_0_and_when_joining_only()
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("", "topic");
        Assert.That(ConsumerHeartbeat.Refusal(request, 0, GroupSettings.Default), Is.Null);
        Assert.That(ConsumerHeartbeat.Refusal(request, 1, GroupSettings.Default), Is.Not.Null);
        request.MemberEpoch = 1;
        Assert.That(ConsumerHeartbeat.Refusal(request, 0, GroupSettings.Default), Is.Not.Null);
    }

    [Test]
    public void An_assignor_that_is_not_configured_is_refused_by_name()
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("member", "topic");
        request.ServerAssignor = "sticky";
        ConsumerGroupHeartbeatResponse? refusal = Refusal(request);
        Assert.That(refusal?.ErrorCode, Is.EqualTo(ErrorCode.UnsupportedAssignor));
        Assert.That(
            refusal?.ErrorMessage,
            Is.EqualTo("ServerAssignor sticky is not supported. Supported assignors: uniform, range."));
        request.ServerAssignor = "range";
        Assert.That(Refusal(request), Is.Null);
    }

    [Test]
    public void An_expression_that_cannot_be_read_is_refused_with_the_reason()
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest("member");
        request.SubscribedTopicNames = null;
        request.SubscribedTopicRegex = "orders-[";
        ConsumerGroupHeartbeatResponse? refusal = Refusal(request);
        Assert.That(refusal?.ErrorCode, Is.EqualTo(ErrorCode.InvalidRegularExpression));
        Assert.That(
            refusal?.ErrorMessage,
            Does.StartWith("SubscribedTopicRegex `orders-[` is not a valid regular expression: "));
        request.SubscribedTopicRegex = "orders-.*";
        Assert.That(Refusal(request), Is.Null);
    }

    private static ConsumerGroupHeartbeatResponse? Refusal(ConsumerGroupHeartbeatRequest request) =>
        ConsumerHeartbeat.Refusal(request, 1, GroupSettings.Default);

    private static TestCaseData<Action<ConsumerGroupHeartbeatRequest>, string> Case(
        Action<ConsumerGroupHeartbeatRequest> spoil, string message) => new(spoil, message);
}
