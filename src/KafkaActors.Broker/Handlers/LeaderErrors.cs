using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>What clients are told about a partition that is not served here. Pure.</summary>
internal static class LeaderErrors
{
    /// <summary>
    /// For who named the topic: that its id is unknown by now is the node's own affair. A leader that is on its way is
    /// none yet, for produce and fetch: clients refresh and try again at this error, where some give up at the other.
    /// </summary>
    public static ErrorCode ForClient(ErrorCode error) => error switch
    {
        ErrorCode.LeaderNotAvailable => ErrorCode.NotLeaderOrFollower,
        ErrorCode.UnknownTopicId => ErrorCode.UnknownTopicOrPartition,
        _ => error,
    };

    /// <summary>For who may have named the topic by its id (KIP-516).</summary>
    public static ErrorCode ForClient(ErrorCode error, bool isById) =>
        isById && error == ErrorCode.UnknownTopicId ? error : ForClient(error);

    /// <summary>Whether the answer says who leads instead (KIP-951).</summary>
    public static bool NamesLeader(ErrorCode error) =>
        error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch;
}
