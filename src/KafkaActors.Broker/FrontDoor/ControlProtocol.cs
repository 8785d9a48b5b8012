using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>What a session hears on its own node about a change that it sent to the controller.</summary>
internal static class ControlProtocol
{
    /// <param name="Answer">For the client, but for its correlation id.</param>
    /// <param name="Offset">The image that has the change, or from which it was refused.</param>
    internal sealed record Changed(long CorrelationId, IReply Answer, MetadataOffset Offset)
        : INoSerializationVerificationNeeded;

    /// <summary>This node's image has reached what the session waits for.</summary>
    internal sealed record ImageReached(MetadataOffset Offset) : INoSerializationVerificationNeeded;
}
