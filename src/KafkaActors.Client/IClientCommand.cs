using Akka.Actor;

namespace KafkaActors.Client;

/// <summary>
/// What an application tells this client's actors. Stays inside its ActorSystem: it is bound to no serializer.
/// </summary>
public interface IClientCommand : INoSerializationVerificationNeeded;
