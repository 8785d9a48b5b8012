using System.Globalization;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>How often each fault is tried: once, or as often as <c>KAFKA_ACTORS_CLUSTER_ROUNDS</c> says.</summary>
internal static class Rounds
{
    private const string Variable = "KAFKA_ACTORS_CLUSTER_ROUNDS";

    public static int Count { get; } = int.Parse(
        Environment.GetEnvironmentVariable(Variable) ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Whether more was asked for than the ordinary run: then long faults last their whole time.</summary>
    public static bool IsCampaign => Environment.GetEnvironmentVariable(Variable) is not null;

    public static async Task EachAsync(Func<int, Task> round)
    {
        for (int number = 1; number <= Count; number++)
        {
            await TestContext.Out.WriteLineAsync($"round {number} of {Count}");
            await round(number);
        }
    }
}
