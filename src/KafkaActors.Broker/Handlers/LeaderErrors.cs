using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>What clients are told about a partition that is not served here. Pure.</summary>
internal static class LeaderErrors
{
    /// <summary>
    /// A leader that is on its way is, for produce and fetch, none yet: clients refresh and try again at this error,
    /// where some give up at the other.
    /// </summary>
    public static ErrorCode ForClient(ErrorCode error) =>
        error == ErrorCode.LeaderNotAvailable ? ErrorCode.NotLeaderOrFollower : error;

    /// <summary>Whether the answer says who leads instead (KIP-951).</summary>
    public static bool NamesLeader(ErrorCode error) =>
        error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch;
}
