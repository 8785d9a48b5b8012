using KafkaActors.Simulation.Tests.Schedules;

namespace KafkaActors.Simulation.Tests;

[Category("Simulation")]
public sealed class SimulationTests
{
    [Test]
    public void Voters_agree_on_the_metadata_log_under_any_faults() =>
        Hold(ScheduleKind.MetadataLog, 12_000, nameof(Voters_agree_on_the_metadata_log_under_any_faults));

    [Test]
    public void Replicas_keep_what_is_acknowledged_under_any_faults() =>
        Hold(ScheduleKind.Partitions, 7_500, nameof(Replicas_keep_what_is_acknowledged_under_any_faults));

    /// <summary>Row 13.</summary>
    [Test]
    public void A_lost_host_is_fenced_however_fast_controllers_change() =>
        Hold(ScheduleKind.HostLoss, 200, nameof(A_lost_host_is_fenced_however_fast_controllers_change));

    /// <summary>F1: all are down, and one has lost its tail or its disk.</summary>
    [Test]
    public void Replicas_that_die_together_lose_nothing_that_one_of_them_still_has() =>
        Hold(ScheduleKind.ReplicaLoss, 300, nameof(Replicas_that_die_together_lose_nothing_that_one_of_them_still_has));

    [Test]
    public void A_seed_repeats_itself_to_the_last_event()
    {
        var first = new Schedule(ScheduleKind.Partitions, 7, PlantedBugs.None, isTraced: true);
        var second = new Schedule(ScheduleKind.Partitions, 7, PlantedBugs.None, isTraced: true);
        first.Run();
        second.Run();
        Assert.That(second.Notes, Is.EqualTo(first.Notes));
    }

    private static void Hold(ScheduleKind kind, int count, string test)
    {
        int seed = SimulationSettings.FirstSeed;
        var campaign = new Campaign(kind, PlantedBugs.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        campaign.Run(seed, SimulationSettings.Count(count));
        TestContext.Out.WriteLine(
            $"{campaign.SchedulesRun} schedules from seed {seed}: "
            + $"{campaign.CommittedMetadata} metadata entries committed, "
            + $"{campaign.AcknowledgedRecords} records acknowledged, "
            + $"{campaign.EndedSessions} brokers taken for dead, {watch.Elapsed.TotalSeconds:F1} s");
        if (campaign.Violation is not null) Assert.Fail(campaign.Describe(test));
        Assert.That(campaign.CommittedMetadata, Is.Positive);
    }
}
