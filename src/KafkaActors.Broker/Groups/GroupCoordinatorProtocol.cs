using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// What the <see cref="GroupCoordinator"/> and its groups tell each other; all of it stays on their node.
/// </summary>
internal static class GroupCoordinatorProtocol
{
    /// <summary>Answered by a list of the groups, as ListGroups has them, of every group that is loaded.</summary>
    internal sealed record ListGroups(Action<IResponseMessage> Reply) : INoSerializationVerificationNeeded;

    /// <summary>The group has neither members nor offsets: its actor takes nothing more.</summary>
    internal sealed record Gone(string GroupId) : INoSerializationVerificationNeeded;

    /// <summary>
    /// A record of the group was not appended, or nobody knows whether it was: what its actor holds may differ from the
    /// log. The actor, who sends this, takes nothing more.
    /// </summary>
    internal sealed record GroupFailed(string GroupId, ErrorCode Error) : INoSerializationVerificationNeeded;

    /// <summary>
    /// The topics that had these names were deleted; there may be others of the names by now.
    /// </summary>
    internal sealed record TopicsDeleted(IReadOnlyList<string> Topics) : INoSerializationVerificationNeeded;
}
