namespace KafkaActors.Simulation.Tests.Engine;

/// <summary>How the network treats a message. Delays in milliseconds.</summary>
/// <param name="Straggling">The chance of being late by up to <paramref name="MostStraggle"/>.</param>
internal sealed record NetworkQuality(
    double Dropping, double Duplicating, double Straggling, int MostDelay, int MostStraggle)
{
    public static NetworkQuality Perfect { get; } = new(0, 0, 0, 2, 0);

    public static NetworkQuality Random(World world, int mostDelay) => new(
        world.Pick([0, 0.02, 0.1]), world.Pick([0, 0.05, 0.3]), world.Pick([0.01, 0.05, 0.2]),
        world.Between(2, mostDelay), world.Pick([300, 1000, 2500]));
}
