namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>What befalls a cluster until everything heals.</summary>
internal interface ITrouble
{
    void Start();
}
