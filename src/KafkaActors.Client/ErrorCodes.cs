using KafkaActors.Protocol;

namespace KafkaActors.Client;

/// <summary>
/// What a client makes of an error: Kafka's retriable errors, and those that mean its metadata is old.
/// </summary>
internal static class ErrorCodes
{
    public static bool IsRetriable(this ErrorCode error) => error switch
    {
        ErrorCode.CorruptMessage or ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable => true,
        ErrorCode.NotLeaderOrFollower or ErrorCode.RequestTimedOut or ErrorCode.BrokerNotAvailable => true,
        ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.NotEnoughReplicas => true,
        ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.NotController or ErrorCode.KafkaStorageError => true,
        ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable => true,
        ErrorCode.NotCoordinator or ErrorCode.ConcurrentTransactions or ErrorCode.FencedLeaderEpoch => true,
        ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable or ErrorCode.PreferredLeaderNotAvailable => true,
        ErrorCode.EligibleLeadersNotAvailable or ErrorCode.ElectionNotNeeded or ErrorCode.UnknownTopicId => true,
        ErrorCode.InconsistentTopicId or ErrorCode.ThrottlingQuotaExceeded => true,
        _ => false,
    };

    /// <summary>Someone else leads, or the topic is not what this client thinks it is.</summary>
    public static bool IsStaleMetadata(this ErrorCode error) => error is
        ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower
        or ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.FencedLeaderEpoch
        or ErrorCode.UnknownLeaderEpoch or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId
        or ErrorCode.KafkaStorageError or ErrorCode.BrokerNotAvailable;
}
