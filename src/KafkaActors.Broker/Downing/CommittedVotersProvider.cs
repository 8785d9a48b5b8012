using Akka.Actor;

namespace KafkaActors.Broker.Downing;

/// <summary>Gives each ActorSystem its own <see cref="CommittedVoters"/>.</summary>
internal sealed class CommittedVotersProvider : ExtensionIdProvider<CommittedVoters>
{
    public override CommittedVoters CreateExtension(ExtendedActorSystem system) => new();
}
