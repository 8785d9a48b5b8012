using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// How a fetch stands to its leader's log: it goes on in it (neither), it has left it (<paramref name="Diverging"/>
/// is the greatest epoch that both can have, and where that ended at the leader), or it cannot be placed
/// (<see cref="ErrorCode.OffsetOutOfRange"/>).
/// </summary>
public readonly record struct FetchContinuity(ErrorCode Error, LeaderEpochEnd? Diverging)
{
    public static FetchContinuity Continues => default;

    public static FetchContinuity OutOfRange => new(ErrorCode.OffsetOutOfRange, null);

    public static FetchContinuity Diverges(LeaderEpochEnd end) => new(ErrorCode.None, end);
}
