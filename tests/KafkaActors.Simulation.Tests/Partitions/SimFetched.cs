using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A leader's answer to a follower's fetch.</summary>
internal sealed record SimFetched(
    ErrorCode Error, LeaderEpochEnd? Diverging, IReadOnlyList<SimRecord> Records, long HighWatermark)
{
    public static SimFetched Refused(ErrorCode error) => new(error, null, [], 0);
}
