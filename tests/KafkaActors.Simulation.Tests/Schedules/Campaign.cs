using KafkaActors.Simulation.Tests.Checking;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>Runs schedules of consecutive seeds and tells of the first that breaks an invariant.</summary>
internal sealed class Campaign(ScheduleKind kind, PlantedBugs bugs)
{
    public int SchedulesRun { get; private set; }

    public long CommittedMetadata { get; private set; }

    public long AcknowledgedRecords { get; private set; }

    public long EndedSessions { get; private set; }

    public int FailedSeed { get; private set; }

    public InvariantViolation? Violation { get; private set; }

    public void Run(int firstSeed, int count)
    {
        for (int seed = firstSeed; seed < firstSeed + count && Violation is null; seed++)
        {
            var schedule = new Schedule(kind, seed, bugs, isTraced: false);
            Violation = schedule.Run();
            FailedSeed = seed;
            SchedulesRun++;
            CommittedMetadata += schedule.CommittedMetadata;
            AcknowledgedRecords += schedule.AcknowledgedRecords;
            EndedSessions += schedule.EndedSessions;
        }
    }

    /// <summary>What a person needs: the seed, how to run it again, and the last things that happened before.</summary>
    public string Describe(string test)
    {
        var schedule = new Schedule(kind, FailedSeed, bugs, isTraced: true);
        InvariantViolation? again = schedule.Run();
        return $"""
            seed {FailedSeed}: {Violation?.Message}
            Run it again:
              {SimulationSettings.ReplayCommand(FailedSeed, test)}
            {(again?.Message == Violation?.Message ? "The last events:" : "It does not repeat; the last events:")}
              {string.Join("\n  ", schedule.Notes)}
            {again?.InnerException}
            """;
    }
}
