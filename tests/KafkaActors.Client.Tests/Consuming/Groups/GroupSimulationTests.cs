namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// Members and the broker's coordinator together: nobody is given what another still reads, and when faults are over
/// everything is read by somebody. Each run prints its seed.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class GroupSimulationTests
{
    private static readonly TimeSpan FaultsEnd = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(15);

    [Test]
    public void Nothing_is_read_twice_and_in_the_end_everything_once(
        [Values(
            "range", "roundrobin", "sticky", "cooperative-sticky", "cooperative-sticky range", "consumer",
            "consumer or range", "consumer or cooperative-sticky")]
        string kinds,
        [Range(1, 8)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var simulation = new GroupSimulation(seed) { HasFaults = true };
        simulation.Topics.Add("t", random.Next(1, 10));
        simulation.Topics.Add("u", random.Next(1, 10));
        for (int i = 0; i < 3; i++) Start(simulation, kinds, random);
        for (TimeSpan at = TimeSpan.Zero; at < FaultsEnd; at += TimeSpan.FromSeconds(random.Next(1, 40)))
            simulation.At(at, () => Disturb(simulation, kinds, random));
        simulation.RunUntil(FaultsEnd);
        simulation.HasFaults = false;
        simulation.RunUntil(End);

        SimulatedMember[] alive = [.. simulation.Members.Where(member => member.IsAlive)];
        Assert.That(alive.Select(member => member.State), Is.All.EqualTo("Stable"));
        Assert.That(alive.SelectMany(member => member.Reading), Is.EquivalentTo(simulation.Topics.Partitions));
    }

    private static void Disturb(GroupSimulation simulation, string kinds, Random random)
    {
        SimulatedMember[] alive = [.. simulation.Members.Where(member => member.IsAlive)];
        SimulatedMember chosen = alive[random.Next(alive.Length)];
        switch (random.Next(5))
        {
            case 0 when alive.Length > 1: chosen.Stop(); break;
            case 1 when alive.Length > 1: chosen.Crash(); break;
            case 2:
                simulation.Topics.AddPartition("t");
                foreach (SimulatedMember member in alive) simulation.After(1000, member.Learn);
                break;
            default: Start(simulation, kinds, random); break;
        }
    }

    private static void Start(GroupSimulation simulation, string kinds, Random random)
    {
        if (simulation.Members.Count(member => member.IsAlive) > 6) return;
        string[] choice = kinds.Split(" or ");
        string kind = choice[random.Next(choice.Length)];
        var member = new SimulatedMember(simulation, $"m{simulation.Members.Count}", kind);
        simulation.Members.Add(member);
        simulation.At(simulation.Now + TimeSpan.FromMilliseconds(random.Next(1000)), () => member.Subscribe("t", "u"));
    }
}
