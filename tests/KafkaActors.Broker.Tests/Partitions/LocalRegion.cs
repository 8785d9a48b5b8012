using Akka.Actor;
using KafkaActors.Broker.Partitions;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>Stands in for the shard region: starts an entity for the first message to it, on this node.</summary>
internal sealed class LocalRegion : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is not PartitionEnvelope envelope) return;
        string name = Uri.EscapeDataString(envelope.Partition.ToString());
        IActorRef entity = Context.Child(name);
        if (entity.IsNobody())
        {
            entity = Context.ActorOf(
                PartitionActor.PropsFor(
                    PartitionRegistry.Of(Context.System),
                    envelope.Partition.ToString(),
                    TimeProvider.System,
                    PartitionLimits.Default),
                name);
        }

        entity.Forward(envelope.Message);
    }
}
