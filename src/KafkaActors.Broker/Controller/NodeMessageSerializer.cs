using Akka.Actor;
using KafkaActors.Messages.Serialization;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The messages between nodes: requests to the controller and its answers, the feed of committed metadata, and the
/// conversation with the voters. Their layouts stand at <see cref="ControllerLayouts"/> and
/// <see cref="QuorumLayouts"/>.
/// </summary>
internal sealed class NodeMessageSerializer(ExtendedActorSystem system)
    : ManifestSerializer(system, SerializerId, [.. ControllerLayouts.All(system), .. QuorumLayouts.All])
{
    /// <summary>Travels with every message: never changed.</summary>
    public const int SerializerId = 909202;
}
