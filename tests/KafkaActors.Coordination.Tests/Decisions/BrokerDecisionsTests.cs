using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

public sealed class BrokerDecisionsTests
{
    private static readonly ControllerPolicy Policy = ControllerPolicy.Kafka;

    [Test]
    public void Fencing_a_leader_moves_leadership_to_the_next_member_of_the_isr()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 2, 3]);
        builder.Fence(1);
        builder.Expect(leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2, 3]);
    }

    [Test]
    public void Fencing_a_follower_shrinks_the_isr_under_the_same_leader_epoch()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        builder.Fence(2);
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1]);
    }

    [Test]
    public void The_last_member_of_an_isr_stays_in_it_and_only_it_may_lead_again()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        builder.Fence(2);
        builder.Fence(1);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 2, isr: [1]);
        builder.Unfence(2);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 2, isr: [1]);
        builder.Unfence(1);
        builder.Expect(leader: 1, leaderEpoch: 2, partitionEpoch: 3, isr: [1]);
    }

    [Test]
    public void Unclean_election_lets_an_outsider_lead_only_where_the_topic_allows_it()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "unclean.leader.election.enable", "true"));
        builder.Fence(2);
        builder.Fence(1);
        builder.Unfence(2);
        builder.Expect(leader: 2, leaderEpoch: 2, partitionEpoch: 3, isr: [2]);
    }

    [Test]
    public void Members_that_leave_an_isr_below_its_minimum_stay_eligible()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3)
            .Topic(1, "t", [1, 2, 3])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        builder.Fence(3);
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1, 2]);
        builder.Fence(2);
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 2, isr: [1], eligible: [2]);
        builder.Fence(1);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 3, isr: [1], eligible: [2]);
        builder.Unfence(3);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 3, isr: [1], eligible: [2]);
        builder.Unfence(2);
        builder.Expect(leader: 2, leaderEpoch: 2, partitionEpoch: 4, isr: [2], eligible: [1]);
    }

    [Test]
    public void With_no_live_member_of_the_isr_the_leader_is_none_and_the_isr_stays_as_it_is()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 3, 2]);
        builder.With([.. BrokerDecisions.Reconcile(builder.Image, _ => false, Policy).Events]);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 1, isr: [1, 3, 2]);
        builder.Unfence(2);
        builder.Expect(leader: 2, leaderEpoch: 2, partitionEpoch: 2, isr: [2]);
    }

    [Test]
    public void Brokers_that_are_gone_together_are_fenced_as_a_set_and_each_partition_is_decided_once()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 2, 3], [2, 1, 3]);
        var decision = BrokerDecisions.FenceAll(
            builder.Image, builder.Image.Brokers.Values.Where(broker => broker.Node.Value < 3));
        Assert.That(decision.Result, Is.EqualTo(Nodes(1, 2)));
        Assert.That(decision.Events.OfType<PartitionChanged>().Count(), Is.EqualTo(2));
        builder.With([.. decision.Events]);
        builder.Expect(leader: 3, leaderEpoch: 1, partitionEpoch: 1, isr: [3]);
        Assert.That(decision.Causes.Single().ToString(), Is.EqualTo(
            "BrokersFenced broker 1, 2: brokers 2, partitions changed 2, leaders changed 2, left without leader 0"));
    }

    [Test]
    public void Nobody_leaves_an_isr_for_the_sake_of_a_leader_that_this_controller_has_not_heard()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 3, 2]);
        // All were killed. The controller is new and has heard nobody; one after the other they register again.
        foreach (int node in (int[])[3, 1, 2]) builder.Register(builder.Restarted(node), isHeard: _ => false);
        Assert.That(builder.First().Isr, Is.EqualTo(Nodes(1, 3, 2)));
        Assert.That(builder.First().HasLeader, Is.False);
        builder.Unfence(3);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(3));
    }

    [Test]
    public void A_broker_that_a_new_controller_never_hears_is_fenced_when_its_session_is_over()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Broker(3).Topic(1, "t", [3, 1]);
        builder.With([.. BrokerDecisions.Reconcile(builder.Image, _ => true, Policy, _ => false).Events]);
        Assert.That(builder.Image.Broker(new NodeId(3))!.IsFenced, Is.False, "it has the time of one session");
        builder.With(
            [.. BrokerDecisions.Reconcile(builder.Image, broker => broker.Node.Value != 3, Policy).Events]);
        Assert.That(builder.Image.Broker(new NodeId(3))!.IsFenced, Is.True);
        builder.Expect(leader: 1, leaderEpoch: 1, partitionEpoch: 1, isr: [1]);
    }

    [Test]
    public void An_unregistered_broker_is_gone_leads_nothing_and_stays_a_replica()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "alone", [1]);
        var decision = BrokerDecisions.Unregister(builder.Image, new NodeId(1), _ => false);
        builder.With([.. decision.Events]);
        Assert.That(builder.Image.Broker(new NodeId(1)), Is.Null);
        builder.Expect(leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        PartitionImage alone = builder.Image.Partition(Partition(2, 0))!;
        Assert.That((alone.HasLeader, alone.Isr[0].Value, alone.Replicas[0].Value), Is.EqualTo((false, 1, 1)));
        Assert.That(
            BrokerDecisions.Unregister(builder.Image, new NodeId(1), _ => false).Result.Error,
            Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
    }

    [Test]
    public void A_broker_that_runs_is_not_unregistered()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var decision = BrokerDecisions.Unregister(builder.Image, new NodeId(1), _ => true);
        Assert.That((decision.Result.Error, decision.Events.Count), Is.EqualTo((ErrorCode.InvalidRequest, 0)));
        Assert.That(decision.Result.Message, Does.Contain("Node 1 is running; stop it first"));
    }

    [Test]
    public void A_broker_in_controlled_shutdown_hands_over_what_it_leads()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "u", [1]);
        builder.With([.. BrokerDecisions.BeginShutdown(
            builder.Image, new NodeId(1), builder.EpochOf(1)).Events]);
        builder.Expect(leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        Assert.That(builder.Image.Partition(Partition(2, 0))!.HasLeader, Is.False);
    }

    [Test]
    public void An_old_broker_epoch_changes_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        var old = new BrokerEpoch(0);
        Assert.That(
            BrokerDecisions.Fence(builder.Image, new NodeId(1), old).Result.Error,
            Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(
            BrokerDecisions.Unfence(builder.Image, new NodeId(9), old).Result.Error,
            Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
    }

    [Test]
    public void Fencing_a_fenced_broker_commits_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1, fenced: true);
        Assert.That(
            BrokerDecisions.Fence(builder.Image, new NodeId(1), builder.EpochOf(1)).Events, Is.Empty);
    }

    [Test]
    public void A_new_controller_fences_the_dead_and_finishes_what_was_left()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "u", [2])
            .With(new PartitionChanged(
                Partition(2, 0), NodeId.None, new LeaderEpoch(1), new PartitionEpoch(1), Nodes(2), []));
        builder.With(
            [.. BrokerDecisions.Reconcile(builder.Image, broker => broker.Node == new NodeId(2), Policy).Events]);
        Assert.That(builder.Image.Broker(new NodeId(1))!.IsFenced, Is.True);
        builder.Expect(leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        Assert.That(builder.Image.Partition(Partition(2, 0))!.Leader, Is.EqualTo(new NodeId(2)));
        Assert.That(
            BrokerDecisions.Reconcile(builder.Image, broker => broker.Node == new NodeId(2), Policy).Events, Is.Empty);
    }
}
