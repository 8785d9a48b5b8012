using Akka.Actor;

namespace KafkaActors.Broker.Downing;

/// <summary>Gives each ActorSystem its own <see cref="LostMembers"/>.</summary>
internal sealed class LostMembersProvider : ExtensionIdProvider<LostMembers>
{
    public override LostMembers CreateExtension(ExtendedActorSystem system) => new();
}
