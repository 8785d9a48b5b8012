using Akka.Actor;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What a <see cref="ConsumerActor"/> and its <see cref="MembershipActor"/> tell each other, besides
/// <see cref="ReaderProtocol"/> one way and <see cref="RebalanceNews"/> the other.
/// </summary>
internal static class MembershipProtocol
{
    /// <summary>The reader has chosen its partitions itself; no group gives it any.</summary>
    public sealed record Use(IReadOnlyList<PartitionCursor> Cursors) : INoSerializationVerificationNeeded;

    /// <summary>Where the group stands in partitions it has assigned; -1 where nothing is committed.</summary>
    public sealed record Located(IReadOnlyList<(PartitionCursor Cursor, long Offset)> Offsets)
        : INoSerializationVerificationNeeded;

    /// <summary>Commits where that is automatic, leaves, and stops the actor.</summary>
    public sealed class Close : INoSerializationVerificationNeeded
    {
        public static readonly Close Instance = new();
    }
}
