using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Contact;

namespace KafkaActors.Testing;

/// <summary>
/// One start of a broker: the node, and a client inside the node's own ActorSystem that administers it. The client is
/// made when it is first needed and ends with the system. Owned by its <see cref="KafkaActorsBroker"/>.
/// </summary>
internal sealed class RunningBroker : IAsyncDisposable
{
    private readonly KafkaActorsNode _node;
    private readonly Lazy<KafkaActorsClient> _client;

    private RunningBroker(KafkaActorsNode node)
    {
        _node = node;
        ClientSettings settings = ClientSettings.Default with
        {
            BootstrapServers = [ContactPoint.Parse(node.AkkaAddress)],
            // What it asks again for, in the same process, is done in a moment.
            RetryBackoff = TimeSpan.FromMilliseconds(5),
        };
        _client = new Lazy<KafkaActorsClient>(() => KafkaActorsClient.Create(node.System, settings));
        NodeDoor kafka = node.Doors.Single(door => door.Name == "kafka");
        NodeDoor akka = node.Doors.Single(door => door.Name == "akka");
        Addresses = new BrokerAddresses(kafka.Host, kafka.Port, node.AkkaAddress, akka.Port);
    }

    public KafkaActorsNode Node => _node;

    public AdminClient Admin => _client.Value.Admin;

    public BrokerAddresses Addresses { get; }

    /// <exception cref="NodeStartException">It cannot start.</exception>
    public static async Task<RunningBroker> StartAsync(
        Config config, NodeOptions options, CancellationToken cancellation) =>
        new(await KafkaActorsNode.StartAsync(config, options, cancellation).ConfigureAwait(false));

    /// <summary>Stops in order and in bounded time, and closes the data directory.</summary>
    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
