using Akka.Actor;

namespace KafkaActors.Broker.Supervision;

/// <summary>
/// Published on the ActorSystem's event stream when a singleton of this node has been stopped from outside. Its manager
/// is at its end, or believes that it still has it; in neither case does it ever host it again.
/// </summary>
/// <param name="Name">Of the manager.</param>
internal sealed record SingletonEnded(string Name) : INoSerializationVerificationNeeded;
