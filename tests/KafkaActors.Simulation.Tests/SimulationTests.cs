using KafkaActors.Simulation.Tests.Schedules;

namespace KafkaActors.Simulation.Tests;

[Category("Simulation")]
public sealed class SimulationTests
{
    [Test]
    public void Voters_agree_on_the_metadata_log_under_any_faults() =>
        Hold(ScheduleKind.MetadataLog, 2000, nameof(Voters_agree_on_the_metadata_log_under_any_faults));

    [Test]
    public void Replicas_keep_what_is_acknowledged_under_any_faults() =>
        Hold(ScheduleKind.Partitions, 1500, nameof(Replicas_keep_what_is_acknowledged_under_any_faults));

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
        campaign.Run(seed, SimulationSettings.Count(count));
        TestContext.Out.WriteLine(
            $"{campaign.SchedulesRun} schedules from seed {seed}: "
            + $"{campaign.CommittedMetadata} metadata entries committed, "
            + $"{campaign.AcknowledgedRecords} records acknowledged");
        if (campaign.Violation is not null) Assert.Fail(campaign.Describe(test));
        Assert.That(campaign.CommittedMetadata, Is.Positive);
    }
}
