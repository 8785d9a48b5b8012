using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Schedules;

namespace KafkaActors.Simulation.Tests;

/// <summary>The simulation is only worth what it finds: each rule that is broken on purpose is noticed.</summary>
[Category("Simulation")]
public sealed class PlantedBugTests
{
    private const int MostSchedules = 5000;

    private static readonly Invariant[] OfMetadata =
    [
        Invariant.CommittedMetadataStays, Invariant.OneControllerAnEpoch, Invariant.Monotone, Invariant.CoreAssertion,
    ];

    private static readonly Invariant[] OfPartitions =
    [
        Invariant.NoAcknowledgedLoss, Invariant.OneOffsetOneRecord, Invariant.OneLeaderAnEpoch, Invariant.Fenced,
        Invariant.CoreAssertion,
    ];

    [Test]
    public void An_epoch_tie_is_found() =>
        ExpectFound(new PlantedBugs { Quorum = new QuorumRules { GrantsEqualEpochs = true } });

    [Test]
    public void A_wiped_voter_that_votes_is_found() =>
        ExpectFound(new PlantedBugs { Quorum = new QuorumRules { CountsForeignDirectories = true } });

    [Test]
    public void A_candidate_that_keeps_its_own_log_is_found() =>
        ExpectFound(new PlantedBugs { Quorum = new QuorumRules { AdoptsOwnLog = true } });

    [Test]
    public void A_voter_set_taken_from_the_wrong_log_is_found() => ExpectFound(
        ScheduleKind.MetadataLog, new PlantedBugs { Quorum = new QuorumRules { TakesVotersOfOwnLog = true } },
        [.. OfMetadata, Invariant.EveryRequestGetsAnAnswer]);

    [Test]
    public void An_entry_of_an_earlier_epoch_committed_by_counting_is_found() =>
        ExpectFound(new PlantedBugs { Quorum = new QuorumRules { CommitsEarlierEpochs = true } }, 20000);

    /// <summary>The cores notice too: a voter below what others remember of it is not counted.</summary>
    [Test]
    public void A_promise_answered_before_it_is_on_disk_is_found() => ExpectFound(
        ScheduleKind.MetadataLog, new PlantedBugs { Quorum = new QuorumRules { AnswersBeforePromiseIsSaved = true } },
        [.. OfMetadata, Invariant.EveryRequestGetsAnAnswer]);

    [Test]
    public void A_session_granted_for_ever_is_found() => ExpectFound(
        ScheduleKind.HostLoss,
        new PlantedBugs { Controllers = new ControllerRules { GrantsSessionsForEver = true } },
        [Invariant.EveryRequestGetsAnAnswer], 200);

    [Test]
    public void Dead_brokers_fenced_one_by_one_are_found() => ExpectFound(
        ScheduleKind.ReplicaLoss,
        new PlantedBugs { Controllers = new ControllerRules { FencesOneByOne = true } }, OfPartitions, 500);

    [Test]
    public void A_deposed_controller_that_answers_what_it_reads_is_found() => ExpectFound(
        ScheduleKind.MetadataLog,
        new PlantedBugs { Controllers = new ControllerRules { AnswersUnconfirmed = true } }, [Invariant.Fenced]);

    [Test]
    public void A_stale_ISR_proposal_is_found() =>
        ExpectLost(new PlantedBugs { Decisions = new DecisionRules { AcceptsStalePartitionEpoch = true } });

    [Test]
    public void A_high_watermark_over_the_committed_ISR_only_is_found() =>
        ExpectLost(new PlantedBugs { Partitions = new PartitionRules { CommitsOverCommittedIsrOnly = true } });

    [Test]
    public void A_truncation_to_the_high_watermark_is_found() =>
        ExpectLost(new PlantedBugs { Partitions = new PartitionRules { TruncatesToHighWatermark = true } });

    [Test]
    public void An_append_without_the_writer_token_is_found() =>
        ExpectLost(new PlantedBugs { AppendsWithoutWriterToken = true });

    private static void ExpectFound(PlantedBugs bugs, int count = MostSchedules) =>
        ExpectFound(ScheduleKind.MetadataLog, bugs, OfMetadata, count);

    private static void ExpectLost(PlantedBugs bugs) => ExpectFound(ScheduleKind.Partitions, bugs, OfPartitions);

    private static void ExpectFound(
        ScheduleKind kind, PlantedBugs bugs, Invariant[] expected, int count = MostSchedules)
    {
        var campaign = new Campaign(kind, bugs);
        campaign.Run(1, count);
        Assert.That(campaign.Violation, Is.Not.Null, $"{count} schedules found nothing.");
        TestContext.Out.WriteLine($"found by schedule {campaign.SchedulesRun}: {campaign.Violation!.Message}");
        Assert.That(campaign.Violation.Invariant, Is.AnyOf(expected.Cast<object>().ToArray()));
    }
}
