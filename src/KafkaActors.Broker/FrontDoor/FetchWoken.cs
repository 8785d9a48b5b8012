using Akka.Actor;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>A partition tells the session that a waiting fetch may have something to read.</summary>
internal sealed record FetchWoken(long CorrelationId) : INoSerializationVerificationNeeded;
