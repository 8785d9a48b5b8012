using Akka.Actor;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>The front door's tick: a session looks whether its client, or a request, has gone silent.</summary>
internal sealed record SessionCheck : INoSerializationVerificationNeeded
{
    public static SessionCheck Instance { get; } = new();
}
