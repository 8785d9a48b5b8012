using Akka.Actor;

namespace KafkaActors.Client;

/// <summary>
/// What this client's actors tell an application. Stays inside its ActorSystem: it is bound to no serializer.
/// </summary>
public interface IClientReply : INoSerializationVerificationNeeded;
