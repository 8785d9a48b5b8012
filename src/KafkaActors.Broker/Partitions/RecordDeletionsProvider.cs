using Akka.Actor;
using KafkaActors.Broker.Dispatch;

namespace KafkaActors.Broker.Partitions;

/// <summary>Gives each ActorSystem its own <see cref="RecordDeletions"/>.</summary>
internal sealed class RecordDeletionsProvider : ExtensionIdProvider<RecordDeletions>
{
    public override RecordDeletions CreateExtension(ExtendedActorSystem system) =>
        new(NodePools.Of(system).SmallWrites);
}
