using Akka.Actor;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages.Serialization;

namespace KafkaActors.Broker.NodeMessages;

/// <summary>
/// The messages between nodes: requests to the controller and its answers, the feed of committed metadata, the
/// conversation before membership and that with the voters, what nodes ask each other about others, and what goes
/// through the shard region. Their layouts stand at <see cref="BootstrapLayouts"/>, <see cref="ReachabilityLayouts"/>,
/// <see cref="ControllerLayouts"/>, <see cref="QuorumLayouts"/> and
/// <see cref="PartitionLayouts"/>.
/// </summary>
internal sealed class NodeMessageSerializer : ManifestSerializer
{
    /// <summary>Travels with every message: never changed.</summary>
    public const int SerializerId = 909202;

    /// <summary>As Akka makes it.</summary>
    public NodeMessageSerializer(ExtendedActorSystem system)
        : this(system, TimeProvider.System)
    {
    }

    internal NodeMessageSerializer(ExtendedActorSystem system, TimeProvider clock)
        : base(
            system,
            SerializerId,
            [
                .. BootstrapLayouts.All,
                .. ReachabilityLayouts.All,
                .. ControllerLayouts.All,
                .. QuorumLayouts.All,
                .. PartitionLayouts.All(clock),
            ])
    {
    }
}
