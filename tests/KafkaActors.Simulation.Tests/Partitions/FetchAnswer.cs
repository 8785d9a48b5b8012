using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A leader's answer to a follower's fetch.</summary>
internal sealed record FetchAnswer(
    ErrorCode Error, EpochEnd? Diverging, IReadOnlyList<SimRecord> Records, long HighWatermark)
{
    public static FetchAnswer Refused(ErrorCode error) => new(error, null, [], 0);
}
