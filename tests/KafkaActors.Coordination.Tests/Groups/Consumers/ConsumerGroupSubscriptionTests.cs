using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>What members are subscribed to, and what becomes of it when topics change.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConsumerGroupSubscriptionTests
{
    private readonly ConsumerGroupFixture _group = new ConsumerGroupFixture().WithTopic(1, "orders", 2);

    [TearDown]
    public void A_group_loaded_from_the_log_equals_the_one_that_wrote_it() =>
        Assert.That(Text(_group.Replayed(_group.Log)), Is.EqualTo(Text(_group.Group)));

    [Test]
    public void Partitions_that_are_added_to_a_topic_are_assigned_at_the_next_heartbeat()
    {
        _group.Join("a", "orders");
        _group.AddPartition(1);
        Assert.That(Told(_group.Beat("a")), Is.EqualTo(PartitionsOf(1, 0, 1, 2)));
        Assert.That(_group.Group.Epoch, Is.EqualTo(2));
    }

    [Test]
    public void A_topic_that_did_not_exist_is_assigned_when_it_does()
    {
        Assert.That(Told(_group.Join("a", "orders", "bills")), Is.EqualTo(PartitionsOf(1, 0, 1)));
        _group.WithTopic(2, "bills", 1);
        Assert.That(Told(_group.Beat("a")), Is.EqualTo(PartitionsOf(1, 0, 1).Union(PartitionsOf(2, 0))));
    }

    [Test]
    public void A_topic_that_was_deleted_is_given_up()
    {
        _group.WithTopic(2, "bills", 1).Join("a", "orders", "bills");
        _group.DeleteTopic(2);
        ConsumerGroupHeartbeatResponse response = _group.Beat("a");
        Assert.That(Told(response), Is.EqualTo(PartitionsOf(1, 0, 1)));
        Assert.That(_group.Beat("a", PartitionsOf(1, 0, 1)).MemberEpoch, Is.EqualTo(2));
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void A_topic_created_again_under_its_name_is_another()
    {
        _group.Join("a", "orders");
        _group.DeleteTopic(1);
        _group.WithTopic(5, "orders", 2);
        _group.Beat("a");
        Assert.That(Told(_group.Beat("a", PartitionSet.Empty)), Is.EqualTo(PartitionsOf(5, 0, 1)));
    }

    [Test]
    public void A_change_of_metadata_that_is_not_of_its_topics_leaves_a_group_alone()
    {
        _group.Join("a", "orders");
        _group.WithTopic(2, "bills", 1);
        _group.Beat("a");
        Assert.That(_group.Written, Is.Empty);
    }

    [Test]
    public void A_member_may_change_what_it_is_subscribed_to()
    {
        _group.WithTopic(2, "bills", 1).Join("a", "orders");
        ConsumerGroupHeartbeatRequest request = Request("a", 1);
        request.SubscribedTopicNames = ["bills"];
        Assert.That(Told(_group.Send(request)), Is.Empty);
        Assert.That(Told(_group.Beat("a", PartitionSet.Empty)), Is.EqualTo(PartitionsOf(2, 0)));
        Assert.That(_group.Group.IsSubscribedTo("bills"), Is.True);
        Assert.That(_group.Group.IsSubscribedTo("orders"), Is.False);
    }

    [Test]
    public void Naming_the_same_topics_in_another_order_changes_nothing()
    {
        _group.Join("a", "orders", "bills");
        ConsumerGroupHeartbeatRequest request = Request("a", 1);
        request.SubscribedTopicNames = ["bills", "orders"];
        _group.Send(request);
        Assert.That(_group.Written, Is.Empty);
    }

    [Test]
    public void Subscribing_to_nothing_still_makes_a_member()
    {
        ConsumerGroupHeartbeatResponse response = _group.Join("a");
        Assert.That(response.MemberEpoch, Is.EqualTo(1));
        Assert.That(Told(response), Is.Empty);
        Assert.That(_group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void An_expression_subscribes_to_the_topics_that_match_now_and_later()
    {
        Assert.That(Told(JoinByExpression("a", "o.*|bills")), Is.EqualTo(PartitionsOf(1, 0, 1)));
        _group.WithTopic(2, "bills", 1).WithTopic(3, "others", 1).WithTopic(4, "more-bills", 1);
        Assert.That(
            Told(_group.Beat("a")),
            Is.EqualTo(PartitionsOf(1, 0, 1).Union(PartitionsOf(2, 0)).Union(PartitionsOf(3, 0))));
        _group.DeleteTopic(3);
        Assert.That(Told(_group.Beat("a")), Is.EqualTo(PartitionsOf(1, 0, 1).Union(PartitionsOf(2, 0))));
        Assert.That(_group.Group.IsSubscribedTo("bills"), Is.True);
        Assert.That(_group.Group.IsSubscribedTo("more-bills"), Is.False);
        Assert.That(
            _group.Group.Describe(_group.Image).Members.Single().SubscribedTopicRegex, Is.EqualTo("o.*|bills"));
    }

    [Test]
    public void Names_and_an_expression_add_up()
    {
        _group.WithTopic(2, "bills", 1).WithTopic(3, "others", 1);
        ConsumerGroupHeartbeatRequest request = JoinRequest("a", "bills");
        request.SubscribedTopicRegex = "or.*";
        Assert.That(Told(_group.Send(request)), Is.EqualTo(PartitionsOf(1, 0, 1).Union(PartitionsOf(2, 0))));
    }

    [Test]
    public void An_empty_expression_takes_the_former_one_back()
    {
        JoinByExpression("a", "orders");
        ConsumerGroupHeartbeatRequest request = Request("a", 1);
        request.SubscribedTopicRegex = "";
        Assert.That(Told(_group.Send(request)), Is.Empty);
        Assert.That(_group.Beat("a", PartitionSet.Empty).MemberEpoch, Is.EqualTo(2));
        Assert.That(_group.Group.Describe(_group.Image).Members.Single().SubscribedTopicRegex, Is.Null);
    }

    [Test]
    public void An_expression_is_resolved_again_by_the_next_coordinator()
    {
        JoinByExpression("a", "orders|bills");
        _group.WithTopic(2, "bills", 1);
        _group.Reload();
        Assert.That(Told(_group.Beat("a")), Is.EqualTo(PartitionsOf(1, 0, 1).Union(PartitionsOf(2, 0))));
    }

    private ConsumerGroupHeartbeatResponse JoinByExpression(string memberId, string expression)
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest(memberId);
        (request.SubscribedTopicNames, request.SubscribedTopicRegex) = (null, expression);
        return _group.Send(request);
    }

    [Test]
    public void The_configuration_of_a_group_says_how_its_members_are_heard()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 1);
        Assert.That(group.Join("a", "orders").HeartbeatIntervalMs, Is.EqualTo(5000));
        group.Configure("consumer.heartbeat.interval.ms", "7000");
        group.Configure("consumer.session.timeout.ms", "50000");
        Assert.That(group.Beat("a").HeartbeatIntervalMs, Is.EqualTo(7000));
        group.Pass(TimeSpan.FromSeconds(49));
        Assert.That(group.Group.Member("a"), Is.Not.Null, "a session of 50 s and not of 45");
        group.Reload();
        group.Pass(TimeSpan.FromSeconds(49));
        Assert.That(group.Group.Member("a"), Is.Not.Null, "nor after a load");
        group.Pass(TimeSpan.FromSeconds(2));
        Assert.That(group.Group.IsEmpty, Is.True);
        group.Configure("consumer.heartbeat.interval.ms", null);
        Assert.That(group.Join("b", "orders").HeartbeatIntervalMs, Is.EqualTo(5000));
    }
}
