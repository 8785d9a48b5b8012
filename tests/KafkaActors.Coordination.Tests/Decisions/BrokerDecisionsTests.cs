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
    public void A_new_broker_is_registered_fenced()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Assert.That(Register(builder, Request(1)).Error, Is.EqualTo(ErrorCode.None));
        BrokerImage broker = builder.Image.Broker(new NodeId(1))!;
        Assert.That(broker.IsFenced, Is.True);
        Assert.That(broker.Epoch.Value, Is.EqualTo(builder.Image.Offset.Value));
    }

    [Test]
    public void Registering_the_same_incarnation_again_gives_the_same_epoch()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Register(builder, Request(1));
        MetadataOffset before = builder.Image.Offset;
        var again = BrokerDecisions.Register(builder.Image, Request(1), isPreviousAlive: true, Policy);
        Assert.That(again.Events, Is.Empty);
        Assert.That(again.Result.Epoch.Value, Is.EqualTo(before.Value));
    }

    [Test]
    public void A_second_process_under_a_living_nodes_id_is_refused()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        var decision =
            BrokerDecisions.Register(builder.Image, Request(1, incarnation: 5), isPreviousAlive: true, Policy);
        Assert.That(decision.Result.Error, Is.EqualTo(ErrorCode.DuplicateBrokerRegistration));
        Assert.That(decision.Events, Is.Empty);
    }

    [TestCase("other", 1, 1, ErrorCode.InconsistentClusterId)]
    [TestCase("", 1, 1, ErrorCode.None)]
    [TestCase("cluster", -1, 1, ErrorCode.InvalidRegistration)]
    [TestCase("cluster", 1, 2, ErrorCode.InvalidRegistration, Description = "another node's directory")]
    public void A_registration_is_judged(string clusterId, int node, int directory, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(2);
        BrokerRegistration request = Request(node) with { ClusterId = clusterId, Directories = [Directory(directory)] };
        Assert.That(Register(builder, request).Error, Is.EqualTo(error));
    }

    [Test]
    public void What_a_node_registers_is_kept()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Register(builder, Request(1) with
        {
            Rack = "north", AkkaUid = 77, StoredEpoch = new BrokerEpoch(5), WasCleanShutdown = true,
        });
        BrokerImage broker = builder.Image.Broker(new NodeId(1))!;
        Assert.That(
            (broker.Rack, broker.AkkaUid, broker.StoredEpoch.Value, broker.WasCleanShutdown, broker.Versions),
            Is.EqualTo(("north", 77, 5, true, MetadataVersion.Supported)));
        Assert.That(builder.Image.MetadataVersion, Is.EqualTo(MetadataVersion.Newest));
    }

    [Test]
    public void A_node_whose_software_does_not_know_the_clusters_level_is_refused_by_name()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Register(builder, Request(1));
        BrokerResult refused = Register(builder, Request(2) with { Versions = default });
        Assert.That(refused.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(refused.Message, Does.Contain("Node 2").And.Contain("metadata.version 0").And.Contain("at 1"));
    }

    [Test]
    public void A_cluster_of_before_there_were_levels_gets_one_with_the_first_registration()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Register(builder, Request(1) with { Versions = default });
        Assert.That(builder.Image.MetadataVersion, Is.EqualTo(MetadataVersion.Oldest));
        Register(builder, Request(2) with { Rack = "north" });
        Assert.That(builder.Image.MetadataVersion, Is.EqualTo(MetadataVersion.Newest));
        Assert.That(builder.Entries[^1].Events[0], Is.TypeOf<MetadataVersionChanged>(), "before what it allows");
        Assert.That(builder.Image.Broker(new NodeId(2))!.Rack, Is.EqualTo("north"));
    }

    [TestCase(1, 3, 2, ExpectedResult = 2, Description = "node 1 knows no more")]
    [TestCase(1, 3, 3, ExpectedResult = 3)]
    [TestCase(0, 1, 3, ExpectedResult = 1, Description = "it never falls")]
    [TestCase(0, 0, 2, ExpectedResult = 2, Description = "registered before there were levels")]
    public short The_level_is_what_every_registered_nodes_software_knows(short least, short greatest, short joining)
    {
        MetadataImage image = new ImageBuilder().Formed().With(new MetadataVersionChanged(1)).With(new BrokerRegistered(
            new NodeId(1), BrokerEpoch.None, Guid.Empty, "", "", BrokerRoles.Broker, true, false, [], [])
        {
            Versions = new MetadataVersionRange(least, greatest),
        }).Image;
        return MetadataVersion.Common(image, new NodeId(2), new MetadataVersionRange(1, joining));
    }

    [Test]
    public void A_restarted_sole_replica_loses_leadership_and_regains_it_under_a_new_epoch()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1]);
        Register(builder, Request(1, incarnation: 2));
        Expect(builder, leader: -1, leaderEpoch: 1, partitionEpoch: 1, isr: [1]);
        Unfence(builder, 1);
        Expect(builder, leader: 1, leaderEpoch: 2, partitionEpoch: 2, isr: [1]);
    }

    [Test]
    public void Fencing_a_leader_moves_leadership_to_the_next_member_of_the_isr()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 2, 3]);
        Fence(builder, 1);
        Expect(builder, leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2, 3]);
    }

    [Test]
    public void Fencing_a_follower_shrinks_the_isr_under_the_same_leader_epoch()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        Fence(builder, 2);
        Expect(builder, leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1]);
    }

    [Test]
    public void The_last_member_of_an_isr_stays_in_it_and_only_it_may_lead_again()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        Fence(builder, 2);
        Fence(builder, 1);
        Expect(builder, leader: -1, leaderEpoch: 1, partitionEpoch: 2, isr: [1]);
        Unfence(builder, 2);
        Expect(builder, leader: -1, leaderEpoch: 1, partitionEpoch: 2, isr: [1]);
        Unfence(builder, 1);
        Expect(builder, leader: 1, leaderEpoch: 2, partitionEpoch: 3, isr: [1]);
    }

    [Test]
    public void Unclean_election_lets_an_outsider_lead_only_where_the_topic_allows_it()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "unclean.leader.election.enable", "true"));
        Fence(builder, 2);
        Fence(builder, 1);
        Unfence(builder, 2);
        Expect(builder, leader: 2, leaderEpoch: 2, partitionEpoch: 3, isr: [2]);
    }

    [Test]
    public void Members_that_leave_an_isr_below_its_minimum_stay_eligible()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Broker(3)
            .Topic(1, "t", [1, 2, 3])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        Fence(builder, 3);
        Expect(builder, leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1, 2]);
        Fence(builder, 2);
        Expect(builder, leader: 1, leaderEpoch: 0, partitionEpoch: 2, isr: [1], eligible: [2]);
        Fence(builder, 1);
        Expect(builder, leader: -1, leaderEpoch: 1, partitionEpoch: 3, isr: [1], eligible: [2]);
        Unfence(builder, 3);
        Expect(builder, leader: -1, leaderEpoch: 1, partitionEpoch: 3, isr: [1], eligible: [2]);
        Unfence(builder, 2);
        Expect(builder, leader: 2, leaderEpoch: 2, partitionEpoch: 4, isr: [2], eligible: [1]);
    }

    [TestCase("boot", true, false, true, Description = "a process crash under the same boot keeps the page cache")]
    [TestCase("another boot", true, false, false, Description = "a power cut")]
    [TestCase("another boot", true, true, true, Description = "a clean stop and a reboot")]
    [TestCase("boot", false, false, false, Description = "an old copy put back under the same boot (F4)")]
    [TestCase("boot", false, true, false, Description = "an old copy of a clean stop put back (F4)")]
    public void An_eligible_leader_whose_log_is_in_doubt_is_eligible_no_more(
        string bootId, bool stored, bool clean, bool eligible)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        Fence(builder, 2);
        Register(builder, Request(2, incarnation: 2) with
        {
            BootId = bootId,
            StoredEpoch = stored ? builder.EpochOf(2) : new BrokerEpoch(0),
            WasCleanShutdown = clean,
        });
        int[] expected = eligible ? [2] : [];
        Assert.That(builder.Image.Partition(Partition(1, 0))!.EligibleLeaders, Is.EqualTo(Nodes(expected)));
        Assert.That(builder.Image.Broker(new NodeId(2))!.IsSuspect, Is.Not.EqualTo(eligible));
    }

    [TestCase(true, 2)]
    [TestCase(false, -1)]
    public void An_eligible_leader_is_preferred_to_a_last_member_whose_log_is_in_doubt(bool isActive, int leader)
    {
        ImageBuilder builder = EligibleSecond();
        if (isActive) Unfence(builder, 2);
        Register(builder, Request(1, incarnation: 2) with { BootId = "another boot" });
        Expect(builder, leader, 1, 2, isActive ? [2] : [], isActive ? [] : [2]);
        Unfence(builder, 1);
        Assert.That(builder.Image.Partition(Partition(1, 0))!.Leader.Value, Is.EqualTo(leader));
        Unfence(builder, 2);
        Assert.That(builder.Image.Partition(Partition(1, 0))!.Leader.Value, Is.EqualTo(2));
    }

    [Test]
    public void The_last_eligible_leader_stays_one_even_in_doubt()
    {
        ImageBuilder builder = EligibleSecond();
        Register(builder, Request(1, incarnation: 2) with { BootId = "another boot" });
        Register(builder, Request(2, incarnation: 2) with { BootId = "another boot" });
        Unfence(builder, 2);
        Assert.That(builder.Image.Partition(Partition(1, 0))!.Leader.Value, Is.EqualTo(2));
    }

    [Test]
    public void A_broker_in_controlled_shutdown_hands_over_what_it_leads()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "u", [1]);
        builder.With([.. BrokerDecisions.BeginShutdown(
            builder.Image, new NodeId(1), builder.EpochOf(1), Policy).Events]);
        Expect(builder, leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        Assert.That(builder.Image.Partition(Partition(2, 0))!.HasLeader, Is.False);
    }

    [Test]
    public void An_old_broker_epoch_changes_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        var old = new BrokerEpoch(0);
        Assert.That(
            BrokerDecisions.Fence(builder.Image, new NodeId(1), old, Policy).Result.Error,
            Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(
            BrokerDecisions.Unfence(builder.Image, new NodeId(9), old, Policy).Result.Error,
            Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
    }

    [Test]
    public void Fencing_a_fenced_broker_commits_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1, fenced: true);
        Assert.That(
            BrokerDecisions.Fence(builder.Image, new NodeId(1), builder.EpochOf(1), Policy).Events, Is.Empty);
    }

    [Test]
    public void A_new_controller_fences_the_dead_and_finishes_what_was_left()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "u", [2])
            .With(new PartitionChanged(
                Partition(2, 0), NodeId.None, new LeaderEpoch(1), new PartitionEpoch(1), Nodes(2), []));
        builder.With([.. BrokerDecisions.Reconcile(builder.Image, broker => broker.Node == new NodeId(2), Policy)]);
        Assert.That(builder.Image.Broker(new NodeId(1))!.IsFenced, Is.True);
        Expect(builder, leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        Assert.That(builder.Image.Partition(Partition(2, 0))!.Leader, Is.EqualTo(new NodeId(2)));
        Assert.That(BrokerDecisions.Reconcile(builder.Image, broker => broker.Node == new NodeId(2), Policy), Is.Empty);
    }

    private static BrokerResult Register(ImageBuilder builder, BrokerRegistration request)
    {
        var decision = BrokerDecisions.Register(builder.Image, request, isPreviousAlive: false, Policy);
        builder.With([.. decision.Events]);
        return decision.Result;
    }

    private static void Fence(ImageBuilder builder, int node) => builder.With(
        [.. BrokerDecisions.Fence(builder.Image, new NodeId(node), builder.EpochOf(node), Policy).Events]);

    private static void Unfence(ImageBuilder builder, int node) => builder.With(
        [.. BrokerDecisions.Unfence(builder.Image, new NodeId(node), builder.EpochOf(node), Policy).Events]);

    /// <summary>The ISR is 1 alone, and 2, which is fenced, left it below its minimum.</summary>
    private static ImageBuilder EligibleSecond()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        Fence(builder, 2);
        Expect(builder, leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1], eligible: [2]);
        return builder;
    }

    private static void Expect(
        ImageBuilder builder, int leader, int leaderEpoch, int partitionEpoch, int[] isr, int[]? eligible = null)
    {
        PartitionImage partition = builder.Image.Partition(Partition(1, 0))!;
        Assert.That(
            (partition.Leader.Value, partition.LeaderEpoch.Value, partition.PartitionEpoch.Value),
            Is.EqualTo((leader, leaderEpoch, partitionEpoch)));
        Assert.That(partition.Isr, Is.EqualTo(Nodes(isr)));
        Assert.That(partition.EligibleLeaders, Is.EqualTo(Nodes(eligible ?? [])));
    }

    private static BrokerRegistration Request(int node, int incarnation = 1) => new(
        new NodeId(node), "cluster", new Guid(node, (short)incarnation, 1, new byte[8]), "boot", $"akka://{node}",
        BrokerRoles.Broker, BrokerEpoch.None, [Directory(node)], []);
}
