using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>What an append's error means to the client that waits for a coordinator, as Kafka maps it.</summary>
public static class AppendErrors
{
    public static ErrorCode ForClient(ErrorCode append) => append switch
    {
        // The key had counted on more: the log's limit was lowered meanwhile.
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord =>
            ErrorCode.UnknownServerError,
        ErrorCode.NotLeaderOrFollower or ErrorCode.NotCoordinator or ErrorCode.FencedLeaderEpoch =>
            ErrorCode.NotCoordinator,
        _ => ErrorCode.CoordinatorNotAvailable,
    };
}
