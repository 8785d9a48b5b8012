using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>How long a fault lasts: nothing is awaited but time itself.</summary>
internal static class Elapsed
{
    public static Task Of(TimeSpan time)
    {
        long began = TimeProvider.System.GetTimestamp();
        return Eventually.True(
            () => TimeProvider.System.GetElapsedTime(began) >= time, $"{time} have passed", (2 * time) + Slack);
    }

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
}
