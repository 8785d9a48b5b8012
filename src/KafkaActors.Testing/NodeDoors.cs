using KafkaActors.Testing.Links;

namespace KafkaActors.Testing;

/// <summary>The relays in front of one node's doors: where it is found, for the cluster's whole life.</summary>
/// <param name="Host">Where all of them are.</param>
/// <param name="Akka">Akka.Remote: other nodes, and client actors.</param>
/// <param name="Clients">The Kafka port for clients.</param>
/// <param name="Nodes">The Kafka port for other nodes.</param>
internal sealed record NodeDoors(LoopbackHost Host, DoorRelay Akka, DoorRelay Clients, DoorRelay Nodes)
    : IDisposable
{
    private IEnumerable<DoorRelay> All => [Akka, Clients, Nodes];

    /// <summary>Lets connections in, to ports that the node is to listen on from now on.</summary>
    public void Open()
    {
        foreach (DoorRelay door in All)
        {
            door.Target = Host.FreePort();
            door.Open();
        }
    }

    /// <summary>Refuses connections and resets those that are open.</summary>
    public void Close()
    {
        foreach (DoorRelay door in All) door.Close();
    }

    /// <summary>Resets what another node has opened to this one.</summary>
    public void ResetOf(int opener)
    {
        foreach (DoorRelay door in All) door.ResetOf(opener);
    }

    public void Dispose()
    {
        foreach (DoorRelay door in All) door.Dispose();
    }
}
