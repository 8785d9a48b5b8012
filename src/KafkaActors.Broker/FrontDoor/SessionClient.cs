using Akka.Actor;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>Who is at the other end of a session.</summary>
/// <param name="Connection">The client's connection actor.</param>
/// <param name="SoftwareName">As in ApiVersions (KIP-511).</param>
internal sealed record SessionClient(
    IActorRef Connection, string ClientId, string SoftwareName, string SoftwareVersion)
{
    /// <summary>As Kafka describes members of groups: <c>/127.0.0.1</c>.</summary>
    public string Host { get; } = $"/{Connection.Path.Address.Host ?? "local"}";
}
