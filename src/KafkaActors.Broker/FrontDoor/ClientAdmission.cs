using System.Net;
using Akka.Actor;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Whose sessions the front door takes. Akka.Remote authenticates nobody: from other ActorSystems clients come in while
/// the Akka port listens on loopback, or where a setting says so; those of this node's system and of the cluster's
/// other nodes always do.
/// </summary>
/// <param name="members">The addresses of the cluster's nodes, now.</param>
internal sealed class ClientAdmission(
    FrontDoorSettings settings, ListenerSettings listeners, Func<IEnumerable<Address>> members)
{
    private const string Always = "always";

    /// <summary>What a client that is not taken is told.</summary>
    public const string Refusal =
        "This node takes client actors over Akka.Remote on loopback alone: give its Kafka port as the contact point, "
        + "or set kafka-actors.front-door.remote.clients = always at the node.";

    private readonly bool _isOpen = settings.RemoteClients == Always || IsLoopback(listeners.AkkaBindHost);

    public bool Takes(Address client) => _isOpen || client.HasLocalScope || members().Contains(client);

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
