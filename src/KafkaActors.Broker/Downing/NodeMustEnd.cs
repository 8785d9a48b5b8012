using Akka.Actor;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Published on the ActorSystem's event stream when this process cannot stay: its doors close and it ends.
/// </summary>
/// <param name="Reason">For a person.</param>
internal sealed record NodeMustEnd(string Reason) : INoSerializationVerificationNeeded;
