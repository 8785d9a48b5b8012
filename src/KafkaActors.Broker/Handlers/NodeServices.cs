using Akka.Actor;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Handlers;

/// <summary>What the handlers of a node share. Everything here may be used from any thread.</summary>
/// <param name="Node">What the sessions of client actors use as well.</param>
/// <param name="System">For timers.</param>
/// <param name="ProducerIds">The node's <see cref="ProducerIdSource"/>.</param>
internal sealed record NodeServices(FrontDoorServices Node, ActorSystem System, IActorRef ProducerIds)
{
    /// <summary>Beyond the time that the asked one limits itself to: its answer is on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public MetadataImage Image => Node.Image;

    /// <summary>The node itself, as it tells a client of its own kind (<c>akka.tcp://…</c>).</summary>
    public string? AkkaAddress => Image.Broker(Node.Node)?.AkkaAddress;

    /// <summary>Asks one of the node's actors, here at the edge.</summary>
    /// <exception cref="TimeoutException">It did not answer in its time; Akka's own is another.</exception>
    public static async Task<T> AskAsync<T>(IActorRef actor, object command, TimeSpan timeout)
        where T : class
    {
        try
        {
            return await actor.Ask<T>(command, timeout + Grace).ConfigureAwait(false);
        }
        catch (AskTimeoutException cause)
        {
            throw new TimeoutException($"{typeof(T).Name} was not answered in {timeout}", cause);
        }
    }

    /// <summary>
    /// Where clients of a listener find a node; null while it has no such listener, or is not in service.
    /// </summary>
    public BrokerEndpoint? EndpointOf(Protocol.NodeId node, string listener) =>
        Image.Broker(node) is { IsActive: true } broker ? EndpointOf(broker, listener) : null;

    public static BrokerEndpoint? EndpointOf(BrokerImage broker, string listener)
    {
        foreach (BrokerEndpoint endpoint in broker.Listeners)
        {
            if (endpoint.Name == listener) return endpoint;
        }

        return null;
    }
}
