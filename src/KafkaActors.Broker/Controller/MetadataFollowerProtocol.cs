using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>What the actors of a node ask of its <see cref="MetadataFollower"/>.</summary>
internal static class MetadataFollowerProtocol
{
    /// <summary>
    /// The sender is told every change as a <see cref="MetadataChanged"/>, the first of them from the empty image. A
    /// subscriber that stops is forgotten.
    /// </summary>
    internal sealed record Subscribe : INoSerializationVerificationNeeded
    {
        public static Subscribe Instance { get; } = new();
    }

    /// <summary>
    /// This node's image is another one. It stays on the node: others follow the metadata log themselves.
    /// </summary>
    internal sealed record MetadataChanged(MetadataDelta Delta) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Answered by <see cref="OffsetReached"/> once the image has the offset; a lost cause is the asker's timeout.
    /// </summary>
    internal sealed record AwaitOffset(MetadataOffset Offset) : INoSerializationVerificationNeeded;

    /// <param name="Offset">Of the image, at least the one awaited.</param>
    internal sealed record OffsetReached(MetadataOffset Offset) : INoSerializationVerificationNeeded;
}
