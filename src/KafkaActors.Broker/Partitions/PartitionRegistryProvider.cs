using Akka.Actor;

namespace KafkaActors.Broker.Partitions;

/// <summary>Gives each ActorSystem its own <see cref="PartitionRegistry"/>.</summary>
internal sealed class PartitionRegistryProvider : ExtensionIdProvider<PartitionRegistry>
{
    public override PartitionRegistry CreateExtension(ExtendedActorSystem system) => new();
}
