using Akka.Actor;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>A waiting fetch's time is over.</summary>
internal sealed record FetchExpired(long CorrelationId) : INoSerializationVerificationNeeded;
