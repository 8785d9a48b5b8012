using Akka.Actor;
using KafkaActors.Client.Cluster;

namespace KafkaActors.Client.Contact;

/// <summary>What answered at a contact point.</summary>
internal sealed class FoundContact
{
    private readonly NodeAddress.KafkaPort? _port;
    private readonly Address? _system;

    private FoundContact(NodeAddress.KafkaPort? port, Address? system) => (_port, _system) = (port, system);

    /// <summary>Whether it takes Akka.Remote to speak to it.</summary>
    public bool NeedsRemoting => _port is null;

    public static FoundContact AkkaPort(Address system) => new(null, system);

    /// <param name="system">The node's ActorSystem; null for a broker that is no node of this system.</param>
    public static FoundContact KafkaPort(NodeAddress.KafkaPort port, Address? system) => new(port, system);

    /// <summary>How an ActorSystem meets it: a node in that very system without any port.</summary>
    public NodeAddress AddressFrom(Address here) => _port is not null && _system != here
        ? _port
        : new NodeAddress.ActorSystem(_system!);
}
