using Akka.Actor;
using KafkaActors.Broker.Handlers;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>Who is at the other end of a session.</summary>
/// <param name="Connection">The client's connection actor.</param>
internal sealed record SessionClient(IActorRef Connection, string ClientId, ClientSoftware Software)
{
    /// <summary>As Kafka describes members of groups: <c>/127.0.0.1</c>.</summary>
    public string Host { get; } = $"/{Connection.Path.Address.Host ?? "local"}";
}
