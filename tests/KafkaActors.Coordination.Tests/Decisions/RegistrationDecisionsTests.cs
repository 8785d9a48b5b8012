using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Decisions.BrokerLife;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

/// <summary>A process becomes its node's broker, beside or in place of another.</summary>
public sealed class RegistrationDecisionsTests
{
    [Test]
    public void A_new_broker_is_registered_fenced()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        Assert.That(builder.Register(Request(1)).Error, Is.EqualTo(ErrorCode.None));
        BrokerImage broker = builder.Image.Broker(new NodeId(1))!;
        Assert.That(broker.IsFenced, Is.True);
        Assert.That(broker.Epoch.Value, Is.EqualTo(builder.Image.Offset.Value));
    }

    [Test]
    public void Registering_the_same_incarnation_again_gives_the_same_epoch()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        builder.Register(Request(1));
        MetadataOffset before = builder.Image.Offset;
        var again = RegistrationDecisions.Register(builder.Image, Request(1), isPreviousAlive: true);
        Assert.That(again.Events, Is.Empty);
        Assert.That(again.Result.Epoch.Value, Is.EqualTo(before.Value));
    }

    [TestCase(true, ErrorCode.DuplicateBrokerRegistration)]
    [TestCase(false, ErrorCode.None, Description = "the session of the former is over")]
    public void A_process_with_another_directory_waits_until_the_session_of_the_former_is_over(
        bool isAlive, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        BrokerRegistration other = Request(1, incarnation: 5) with { Directories = [Directory(9)] };
        var decision = RegistrationDecisions.Register(builder.Image, other, isAlive);
        Assert.That(decision.Result.Error, Is.EqualTo(error));
        Assert.That(decision.Events, error == ErrorCode.None ? Is.Not.Empty : Is.Empty);
    }

    [Test]
    public void The_same_process_registering_again_while_it_leads_keeps_its_epoch_and_changes_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        builder.Register(Request(1));
        builder.Register(Request(2));
        builder.Unfence(1);
        builder.Unfence(2);
        builder.Topic(1, "t", [.. Enumerable.Repeat(new[] { 1, 2 }, 10)]);
        BrokerEpoch epoch = builder.EpochOf(1);
        MetadataOffset offset = builder.Image.Offset;
        BrokerResult again = builder.Register(Request(1));
        Assert.That((again.Error, again.Epoch), Is.EqualTo((ErrorCode.None, epoch)));
        Assert.That(builder.Image.Offset, Is.EqualTo(offset));
    }

    [TestCase("boot", false, Description = "kill -9 and start at once: the page cache is there")]
    [TestCase("boot", true, Description = "SIGTERM and start at once")]
    [TestCase("another boot", false, Description = "a power cut")]
    public void A_restart_while_the_former_session_runs_ends_it_in_one_entry_with_new_epochs_for_all_it_led(
        string bootId, bool clean)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2)
            .Topic(1, "t", [1, 2], [2, 1], [1, 2]).Topic(2, "alone", [1]);
        BrokerEpoch former = builder.EpochOf(1);
        BrokerRegistration restarted = builder.Restarted(1) with { BootId = bootId, WasCleanShutdown = clean };
        int entries = builder.Entries.Count;
        Assert.That(builder.Register(restarted).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(builder.Entries, Has.Count.EqualTo(entries + 1), "one decision");

        Assert.That(builder.EpochOf(1), Is.GreaterThan(former));
        foreach (int partition in (int[])[0, 2])
        {
            PartitionImage moved = builder.Image.Partition(Partition(1, partition))!;
            Assert.That((moved.Leader.Value, moved.LeaderEpoch.Value), Is.EqualTo((2, 1)));
            Assert.That(moved.Isr, Is.EqualTo(Nodes(2)));
        }

        PartitionImage kept = builder.Image.Partition(Partition(1, 1))!;
        Assert.That((kept.Leader.Value, kept.LeaderEpoch.Value), Is.EqualTo((2, 0)), "it did not lead this one");
        Assert.That(builder.Image.Partition(Partition(2, 0))!.HasLeader, Is.False);
        builder.Unfence(1);
        PartitionImage alone = builder.Image.Partition(Partition(2, 0))!;
        Assert.That((alone.Leader.Value, alone.LeaderEpoch.Value), Is.EqualTo((1, 2)));
    }

    [Test]
    public void A_process_is_led_by_nobody_elses_registration()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1]);
        Guid former = builder.Image.Broker(new NodeId(1))!.Incarnation;
        BrokerRegistration restarted = builder.Restarted(1);
        Assert.That(builder.Image.IsLedBy(builder.First(), new NodeId(1), former), Is.True);
        Assert.That(
            builder.Image.IsLedBy(builder.First(), new NodeId(1), restarted.Incarnation), Is.False,
            "the image still has the former process's leadership");
        builder.Register(restarted);
        builder.Unfence(1);
        Assert.That(builder.Image.IsLedBy(builder.First(), new NodeId(1), restarted.Incarnation), Is.True);
        Assert.That(
            builder.Image.IsLedBy(builder.First(), new NodeId(1), former), Is.False,
            "the former process wakes up");
    }

    [Test]
    public void A_registration_says_what_it_was_judged_by()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1]);
        var cause = RegistrationDecisions.Register(builder.Image, builder.AfterPowerCut(1), true).Causes.Single();
        Assert.That(cause.Kind, Is.EqualTo(CauseKind.BrokerRegistered));
        Assert.That(
            (cause["previous epoch"], cause["clean"], cause["same boot"], cause["suspect"]),
            Is.EqualTo(((long?)builder.EpochOf(1).Value, (long?)0, (long?)0, (long?)1)));
        Assert.That(cause["left without leader"], Is.EqualTo(1));
    }

    [TestCase("other", 1, 1, ErrorCode.InconsistentClusterId)]
    [TestCase("", 1, 1, ErrorCode.None)]
    [TestCase("cluster", -1, 1, ErrorCode.InvalidRegistration)]
    [TestCase("cluster", 1, 2, ErrorCode.InvalidRegistration, Description = "another node's directory")]
    public void A_registration_is_judged(string clusterId, int node, int directory, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(2);
        BrokerRegistration request = Request(node) with { ClusterId = clusterId, Directories = [Directory(directory)] };
        Assert.That(builder.Register(request).Error, Is.EqualTo(error));
    }

    [Test]
    public void What_a_node_registers_is_kept()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        builder.Register(Request(1) with
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
        builder.Register(Request(1));
        BrokerResult refused = builder.Register(Request(2) with { Versions = default });
        Assert.That(refused.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(refused.Message, Does.Contain("Node 2").And.Contain("metadata.version 0").And.Contain("at 1"));
    }

    [Test]
    public void A_cluster_of_before_there_were_levels_gets_one_with_the_first_registration()
    {
        ImageBuilder builder = new ImageBuilder().Formed();
        builder.Register(Request(1) with { Versions = default });
        Assert.That(builder.Image.MetadataVersion, Is.EqualTo(MetadataVersion.Oldest));
        builder.Register(Request(2) with { Rack = "north" });
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
        builder.Register(Request(1, incarnation: 2));
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 1, isr: [1]);
        builder.Unfence(1);
        builder.Expect(leader: 1, leaderEpoch: 2, partitionEpoch: 2, isr: [1]);
    }
}
