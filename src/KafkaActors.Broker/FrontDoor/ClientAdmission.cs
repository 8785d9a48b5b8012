using Akka.Actor;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Whose sessions the front door takes. Where the Akka port asks for a secret, whoever came in has shown it. Elsewhere
/// it authenticates nobody: clients of other ActorSystems come in while it listens on loopback, or where a setting says
/// so. Those of this node's system and of the cluster's other nodes always do.
/// </summary>
/// <param name="isGuarded">Whether the Akka port asks for a secret.</param>
/// <param name="bindHost">Where it listens.</param>
/// <param name="members">The addresses of the cluster's nodes, now.</param>
internal sealed class ClientAdmission(
    FrontDoorSettings settings, bool isGuarded, string bindHost, Func<IEnumerable<Address>> members)
{
    /// <summary>A host's own ActorSystem listens where the host says, not where our settings do.</summary>
    public const string BindHostPath = "akka.remote.dot-netty.tcp.hostname";

    private const string Always = "always";

    /// <summary>What a client that is not taken is told.</summary>
    public const string Refusal =
        "This node takes client actors over Akka.Remote on loopback alone: give its Kafka port as the contact point, "
        + "or give it a secret (kafka-actors.cluster.secret.file), and one for its clients "
        + "(kafka-actors.cluster.client.secret.file).";

    private readonly bool _isOpen =
        isGuarded || settings.RemoteClients == Always || AkkaBinding.IsLoopback(bindHost);

    public bool Takes(Address client) => _isOpen || client.HasLocalScope || members().Contains(client);
}
