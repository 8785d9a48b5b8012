using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>What the actors of a node ask of its <see cref="MetadataFollower"/>.</summary>
internal static class MetadataFollowerProtocol
{
    /// <summary>
    /// The sender is told every change as a <see cref="Coordination.Metadata.MetadataDelta"/>, the first of them from
    /// the empty image. A subscriber that stops is forgotten.
    /// </summary>
    internal sealed record Subscribe : INoSerializationVerificationNeeded
    {
        public static Subscribe Instance { get; } = new();
    }

    /// <summary>
    /// Answered by <see cref="OffsetReached"/> once the image has the offset; a lost cause is the asker's timeout.
    /// </summary>
    internal sealed record AwaitOffset(MetadataOffset Offset) : INoSerializationVerificationNeeded;

    /// <param name="Offset">Of the image, at least the one awaited.</param>
    internal sealed record OffsetReached(MetadataOffset Offset) : INoSerializationVerificationNeeded;
}
