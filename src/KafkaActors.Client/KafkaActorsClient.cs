using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Serialization;
using KafkaActors.Messages;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Client;

/// <summary>
/// One client of a cluster: connections and metadata that its producers, consumers and administration share. Lives in
/// the application's own ActorSystem, inside or outside of the cluster, or in one of its own. Any thread may use it.
/// </summary>
public sealed class KafkaActorsClient : IAsyncDisposable
{
    private const string SystemName = "kafka-actors-client";
    private const string Dispatcher = ClientSettings.Section + ".dispatcher";

    private static int _count;

    private readonly ActorSystem _system;
    private readonly bool _ownsSystem;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly IActorRef _cluster;
    private readonly List<IActorRef> _actors = [];
    private int _lastChild;

    private KafkaActorsClient(ActorSystem system, bool ownsSystem, ClientSettings settings, TimeProvider time)
    {
        _system = system;
        _ownsSystem = ownsSystem;
        _time = time;
        Settings = settings;
        _name = $"kafka-actors-client-{Interlocked.Increment(ref _count)}";
        _cluster = ActorOf("cluster", Props.Create(() => new ClusterActor(settings, time)));
        IActorRef cluster = _cluster;
        IActorRef admin = ActorOf("admin", Props.Create(() => new AdminActor(cluster, settings, time)));
        Admin = new AdminClient(admin, settings);
    }

    public ClientSettings Settings { get; }

    public AdminClient Admin { get; }

    /// <summary>A client in an ActorSystem that runs already.</summary>
    /// <param name="settings">Null for those in the system's configuration.</param>
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.InvalidConfig"/>: the system was started without
    /// <see cref="KafkaActorsClientConfig.Fragment"/>.
    /// </exception>
    public static KafkaActorsClient Create(
        ActorSystem system, ClientSettings? settings = null, TimeProvider? time = null)
    {
        Config config = system.Settings.Config;
        Serializer bound = system.Serialization.FindSerializerForType(typeof(SessionProtocol.Connect));
        if (!config.HasPath(Dispatcher) || bound is not ClientMessageSerializer)
        {
            throw new KafkaException(
                ErrorCode.InvalidConfig,
                $"The ActorSystem '{system.Name}' was started without KafkaActorsClientConfig.Fragment.");
        }

        ClientSettings chosen = settings ?? ClientSettings.From(config);
        return new KafkaActorsClient(system, false, chosen, time ?? TimeProvider.System);
    }

    /// <summary>A client in an ActorSystem of its own, which ends with it. Returns once a node has answered.</summary>
    /// <param name="bootstrapServers">As in <c>bootstrap.servers</c>; null for the configuration's.</param>
    /// <param name="overlay">Goes before <see cref="KafkaActorsClientConfig.System"/>.</param>
    /// <exception cref="KafkaException">No node can be reached; the message says why in one line.</exception>
    public static async Task<KafkaActorsClient> StartAsync(
        string? bootstrapServers = null, Config? overlay = null, CancellationToken cancellationToken = default)
    {
        Config config = (overlay ?? Config.Empty).WithFallback(KafkaActorsClientConfig.System);
        ClientSettings settings = ClientSettings.From(config);
        if (bootstrapServers is not null)
            settings = settings with { BootstrapServers = Contact.ContactPoint.ParseList(bootstrapServers) };
        ActorSystem system = ActorSystem.Create(SystemName, config);
        var client = new KafkaActorsClient(system, true, settings, TimeProvider.System);
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks a node for the cluster, once: tells early that nobody can be reached, and why.</summary>
    /// <exception cref="KafkaException">No node can be reached.</exception>
    public Task<MetadataProtocol.Described> ConnectAsync(CancellationToken cancellationToken = default) =>
        Admin.ConnectAsync(cancellationToken);

    /// <summary>Sends bytes.</summary>
    /// <param name="settings">Null for those in the ActorSystem's configuration.</param>
    public RecordProducer CreateRecordProducer(ProducerSettings? settings = null)
    {
        ProducerSettings chosen = settings ?? ProducerSettings.From(_system.Settings.Config);
        var accumulator = new RecordAccumulator(chosen, _time, seed: _lastChild);
        (IActorRef cluster, ClientSettings client, TimeProvider time) = (_cluster, Settings, _time);
        IActorRef actor = ActorOf(
            "producer", Props.Create(() => new ProducerActor(cluster, accumulator, chosen, client, time)));
        accumulator.Attach(actor);
        return new RecordProducer(accumulator, actor, chosen, _time);
    }

    /// <inheritdoc cref="CreateRecordProducer"/>
    /// <summary>Sends keys and values of the application's types.</summary>
    public KafkaProducer<TKey, TValue> CreateProducer<TKey, TValue>(
        ISerializer<TKey> keySerializer, ISerializer<TValue> valueSerializer, ProducerSettings? settings = null) =>
        new(CreateRecordProducer(settings), keySerializer, valueSerializer);

    /// <summary>Reads bytes.</summary>
    /// <param name="settings">Null for those in the ActorSystem's configuration.</param>
    public RecordConsumer CreateRecordConsumer(ConsumerSettings? settings = null)
    {
        ConsumerSettings chosen = settings ?? ConsumerSettings.From(_system.Settings.Config);
        var buffer = new FetchBuffer(chosen.PrefetchBytes);
        (IActorRef cluster, ClientSettings client, TimeProvider time) = (_cluster, Settings, _time);
        IActorRef actor = ActorOf(
            "consumer", Props.Create(() => new ConsumerActor(cluster, buffer, chosen, client, time)));
        buffer.Attach(actor);
        return new RecordConsumer(buffer, actor);
    }

    /// <inheritdoc cref="CreateRecordConsumer"/>
    /// <summary>Reads keys and values of the application's types.</summary>
    public KafkaConsumer<TKey, TValue> CreateConsumer<TKey, TValue>(
        IDeserializer<TKey> keyDeserializer,
        IDeserializer<TValue> valueDeserializer,
        ConsumerSettings? settings = null) =>
        new(CreateRecordConsumer(settings), keyDeserializer, valueDeserializer);

    /// <summary>
    /// Stops everything of this client. Records that are not acknowledged fail: dispose of producers first, which wait.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        List<IActorRef> actors;
        lock (_actors)
        {
            actors = [.. _actors];
            _actors.Clear();
        }

        // The cluster, which the others speak to, was created first and goes last.
        actors.Reverse();
        foreach (IActorRef actor in actors)
        {
            Task ended = actor.WatchAsync();
            _system.Stop(actor);
            await ended.ConfigureAwait(false);
        }

        if (_ownsSystem) await _system.Terminate().ConfigureAwait(false);
    }

    private IActorRef ActorOf(string kind, Props props)
    {
        string name = $"{_name}-{kind}-{Interlocked.Increment(ref _lastChild)}";
        IActorRef actor = _system.ActorOf(props.WithDispatcher(Dispatcher), name);
        lock (_actors) _actors.Add(actor);
        return actor;
    }
}
