using Akka.Actor;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// What a <see cref="CoordinatorActor"/>, its partitions and their keys tell each other beside
/// <see cref="CoordinatorCall"/> and <see cref="CoordinatorRound"/>; all of it stays on their node.
/// </summary>
internal static class CoordinatorProtocol
{
    /// <summary>What became of the records that a key added to <see cref="PartitionAppends"/>.</summary>
    /// <param name="Error">None: the records are committed. Else they may be in the log or not.</param>
    internal sealed record Appended(long Id, ErrorCode Error) : INoSerializationVerificationNeeded;

    /// <summary>Nothing is kept under the key any more: its actor takes nothing more.</summary>
    internal sealed record Gone(string Key) : INoSerializationVerificationNeeded;

    /// <summary>
    /// A record of the key was not appended, or nobody knows whether it was: what its actor holds may differ from the
    /// log. The actor, who sends this, decides nothing more.
    /// </summary>
    internal sealed record KeyFailed(string Key, ErrorCode Error) : INoSerializationVerificationNeeded;

    /// <summary>
    /// The topics that had these names were deleted; there may be others of the names by now.
    /// </summary>
    internal sealed record TopicsDeleted(IReadOnlyList<string> Topics) : INoSerializationVerificationNeeded;

    /// <summary>The partition is led otherwise than it was.</summary>
    internal sealed record LeaderChanged : INoSerializationVerificationNeeded
    {
        public static LeaderChanged Instance { get; } = new();
    }

    /// <summary>How far the partition, who sends this, is.</summary>
    internal sealed record PartitionChanged(int Partition, CoordinatedPartitionStatus Status)
        : INoSerializationVerificationNeeded;
}
