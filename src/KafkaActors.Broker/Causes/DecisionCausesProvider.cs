using Akka.Actor;

namespace KafkaActors.Broker.Causes;

/// <summary>Gives each ActorSystem its own <see cref="DecisionCauses"/>.</summary>
internal sealed class DecisionCausesProvider : ExtensionIdProvider<DecisionCauses>
{
    public override DecisionCauses CreateExtension(ExtendedActorSystem system) => new();
}
