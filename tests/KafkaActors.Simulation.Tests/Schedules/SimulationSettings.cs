using System.Globalization;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>Which schedules run; by default always the same ones.</summary>
internal static class SimulationSettings
{
    public const string SeedVariable = "KAFKA_ACTORS_SIMULATION_SEED";
    public const string CountVariable = "KAFKA_ACTORS_SIMULATION_SCHEDULES";

    /// <summary>The first seed; the following schedules take the following ones.</summary>
    public static int FirstSeed => Read(SeedVariable, 1);

    public static int Count(int otherwise) => Read(CountVariable, otherwise);

    public static string ReplayCommand(int seed, string test) =>
        $"{SeedVariable}={seed} {CountVariable}=1 dotnet test tests/KafkaActors.Simulation.Tests -c Release "
        + $"--filter \"Name~{test}\"";

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
