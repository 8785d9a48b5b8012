using Akka.Actor;

namespace KafkaActors.Client;

/// <summary>Makes an ActorSystem's shared client; see <see cref="KafkaActorsClient.For"/>.</summary>
public sealed class KafkaActorsClientProvider : ExtensionIdProvider<KafkaActorsClient>
{
    public override KafkaActorsClient CreateExtension(ExtendedActorSystem system) => KafkaActorsClient.Create(system);
}
