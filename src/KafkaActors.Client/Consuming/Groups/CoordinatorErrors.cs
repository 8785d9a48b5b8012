using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What the answers of a coordinator mean besides their own request.</summary>
internal static class CoordinatorErrors
{
    /// <summary>Another node coordinates the group, or none; or this one was not reached.</summary>
    public static bool IsCoordinatorLost(this ErrorCode error) => error is
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException
        or ErrorCode.RequestTimedOut or ErrorCode.BrokerNotAvailable;

    /// <summary>The group has gone on without this member.</summary>
    public static bool IsMembershipLost(this ErrorCode error) =>
        error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration;
}
