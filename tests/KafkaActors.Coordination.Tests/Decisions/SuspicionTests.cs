using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Decisions.BrokerLife;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

/// <summary>
/// Whose log may have lost its tail, and whose is known to be bad: it is committed with the partition, survives
/// unfencing and changes of the controller, and ends where the replica is judged or copies a leader's log.
/// </summary>
public sealed class SuspicionTests
{
    [TestCase("boot", true, false, false, Description = "a process crash under the same boot keeps the page cache")]
    [TestCase("another boot", true, false, true, Description = "a power cut")]
    [TestCase("another boot", true, true, false, Description = "a clean stop and a reboot")]
    [TestCase("boot", false, false, true, Description = "an old copy put back under the same boot (F4)")]
    [TestCase("boot", false, true, true, Description = "an old copy of a clean stop put back (F4)")]
    public void Stored_epoch_clean_flag_and_boot_tell_whether_a_log_is_suspect(
        string bootId, bool stored, bool clean, bool suspect)
    {
        ImageBuilder builder = EligibleSecond();
        builder.Register(Request(2, incarnation: 2) with
        {
            BootId = bootId,
            StoredEpoch = stored ? builder.EpochOf(2) : new BrokerEpoch(0),
            WasCleanShutdown = clean,
        });
        Assert.That(builder.Image.Broker(new NodeId(2))!.IsSuspect, Is.EqualTo(suspect));
        int[] eligible = suspect ? [] : [2];
        Assert.That(builder.First().EligibleLeaders, Is.EqualTo(Nodes(eligible)), "with a live leader it leaves");
    }

    [TestCase(false, false, Description = "nothing was written under a registration that was never unfenced")]
    [TestCase(true, true, Description = "what was written under it is missing")]
    public void A_process_that_ended_before_it_noted_its_registration_leaves_no_older_copy(bool unfenced, bool suspect)
    {
        ImageBuilder builder = EligibleSecond();
        BrokerEpoch noted = builder.EpochOf(2);
        builder.Register(builder.Restarted(2, incarnation: 2));
        if (unfenced) builder.Unfence(2);
        builder.Register(Request(2, incarnation: 3) with { StoredEpoch = noted });
        Assert.That(builder.Image.Broker(new NodeId(2))!.IsSuspect, Is.EqualTo(suspect));
    }

    [Test]
    public void A_directory_that_is_new_holds_nothing()
    {
        ImageBuilder builder = EligibleSecond();
        builder.Register(builder.Restarted(2) with { Directories = [Directory(9)] });
        Assert.That(builder.Image.Broker(new NodeId(2))!.IsSuspect, Is.True);
    }

    [TestCase(true, 2)]
    [TestCase(false, -1)]
    public void An_eligible_leader_is_preferred_to_a_last_member_whose_log_is_suspect(bool isActive, int leader)
    {
        ImageBuilder builder = EligibleSecond();
        if (isActive) builder.Unfence(2);
        builder.Register(builder.AfterPowerCut(1));
        builder.Expect(leader, 1, 2, isActive ? [2] : [1], isActive ? [] : [2]);
        builder.Unfence(1);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(leader), "suspicion survives unfencing (F5)");
        builder.Unfence(2);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(2));
    }

    [Test]
    public void After_a_power_cut_of_all_nobody_leads_before_all_that_may_hold_more_have_said_how_far_they_go()
    {
        ImageBuilder builder = EligibleSecond();
        builder.Register(builder.AfterPowerCut(1));
        builder.Register(builder.AfterPowerCut(2));
        builder.Unfence(1, lastEpoch: 0, end: 5);
        Assert.That(builder.First().HasLeader, Is.False, "the last member of the ISR waits for the other (F5)");
        builder.Expect(-1, 1, 4, isr: [1], eligible: [2]);
        builder.Unfence(2, lastEpoch: 0, end: 7);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(2), "its log is longer");
        Assert.That(builder.First().Isr, Is.EqualTo(Nodes(2)));
        Assert.That(builder.First().States.IsNone, Is.True, "judged");
    }

    [Test]
    public void Of_suspect_logs_the_epoch_of_the_last_record_counts_before_the_length()
    {
        ImageBuilder builder = EligibleSecond();
        builder.Register(builder.AfterPowerCut(1));
        builder.Register(builder.AfterPowerCut(2));
        builder.Unfence(2, lastEpoch: 0, end: 900);
        builder.Unfence(1, lastEpoch: 1, end: 5);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(1));
    }

    [Test]
    public void One_that_did_not_lose_power_leads_at_once_and_the_suspect_leave()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Broker(3).Topic(1, "t", [1, 2, 3]);
        builder.Fence(1, 2, 3);
        builder.Register(builder.AfterPowerCut(1));
        builder.Unfence(1, 0, 9);
        Assert.That(builder.First().HasLeader, Is.False);
        builder.Register(builder.Restarted(3));
        builder.Unfence(3);
        builder.Expect(leader: 3, leaderEpoch: 2, partitionEpoch: 4, isr: [3]);
    }

    [Test]
    public void Suspicion_outlives_a_restart_that_gives_no_cause_for_it()
    {
        ImageBuilder builder = EligibleSecond();
        builder.Register(builder.AfterPowerCut(1));
        builder.Unfence(1, 0, 5);
        builder.Register(builder.Restarted(1, incarnation: 3) with { BootId = "boot after 2" });
        SuspectReplica suspect = builder.First().States.Suspects.Single();
        Assert.That((suspect.Node.Value, suspect.HasReported), Is.EqualTo((1, false)), "it must say it again");
    }

    [Test]
    public void A_sole_replica_that_lost_power_leads_again_since_nobody_holds_more()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1]);
        builder.Register(builder.AfterPowerCut(1));
        Assert.That(builder.First().States.IsSuspect(new NodeId(1)), Is.True);
        builder.Unfence(1);
        builder.Expect(leader: 1, leaderEpoch: 2, partitionEpoch: 2, isr: [1]);
    }

    [Test]
    public void An_unclean_election_cuts_the_wait_short()
    {
        ImageBuilder builder = EligibleSecond();
        builder.With(new ConfigChanged(ConfigResource.Topic("t"), "unclean.leader.election.enable", "true"));
        builder.Register(builder.AfterPowerCut(1));
        builder.Unfence(1);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(1));
    }

    [Test]
    public void A_replica_whose_log_was_reported_bad_is_not_elected_until_its_broker_registers_anew()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1]);
        builder.With([.. OfflineDecisions.Report(
            builder.Image, new NodeId(1), builder.EpochOf(1), [Partition(1, 0)]).Events]);
        builder.Expect(leader: -1, leaderEpoch: 1, partitionEpoch: 1, isr: [1]);
        var reconciled = BrokerDecisions.Reconcile(builder.Image, _ => true, ControllerPolicy.Kafka);
        builder.With([.. reconciled.Events]);
        Assert.That(builder.First().HasLeader, Is.False, "a new controller knows it too (F6)");
        MetadataImage loaded = MetadataSnapshot.Load(MetadataEventCodec.Read(
            MetadataEventCodec.ToBytes(MetadataSnapshot.EventsOf(builder.Image))), builder.Image.Offset);
        Assert.That(loaded.Partition(Partition(1, 0))!.States.Failed, Is.EqualTo(Nodes(1)), "and so does a snapshot");
        builder.Register(builder.Restarted(1));
        Assert.That(builder.First().States.Failed, Is.Empty);
        Assert.That(builder.First().States.IsSuspect(new NodeId(1)), Is.True, "what it kept is looked at first");
        builder.Unfence(1);
        Assert.That(builder.First().Leader.Value, Is.EqualTo(1));
    }

    [Test]
    public void A_bad_log_leads_no_more_where_another_member_can_and_is_not_taken_in_again()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2]);
        builder.With([.. OfflineDecisions.Report(
            builder.Image, new NodeId(1), builder.EpochOf(1), [Partition(1, 0)]).Events]);
        builder.Expect(leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2]);
        var proposal = new IsrProposal(
            Partition(1, 0), new NodeId(2), builder.EpochOf(2), new LeaderEpoch(1), new PartitionEpoch(1),
            [new IsrMember(new NodeId(2), builder.EpochOf(2)), new IsrMember(new NodeId(1), builder.EpochOf(1))]);
        Assert.That(IsrDecisions.Propose(builder.Image, proposal).Result, Is.EqualTo(ErrorCode.IneligibleReplica));
    }

    /// <summary>The ISR is 1 alone, and 2, which is fenced, left it below its minimum.</summary>
    private static ImageBuilder EligibleSecond()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1).Broker(2).Topic(1, "t", [1, 2])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        builder.Fence(2);
        builder.Expect(leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1], eligible: [2]);
        return builder;
    }
}
