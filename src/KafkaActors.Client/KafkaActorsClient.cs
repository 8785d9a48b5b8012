using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Contact;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Serialization;
using KafkaActors.Client.Supervision;
using KafkaActors.Messages;
using KafkaActors.Messages.Authentication;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Client;

/// <summary>
/// One client of a cluster: connections and metadata that its producers, consumers and administration share. Lives in
/// the application's own ActorSystem, inside or outside of the cluster, or in one of its own. Actors start theirs from
/// the Props that this gives and talk to them by message; other code uses the typed helpers over the same actors. Any
/// thread may use it.
/// </summary>
public sealed class KafkaActorsClient : IExtension, IAsyncDisposable
{
    private const string SystemName = "kafka-actors-client";

    private static int _count;

    private readonly ActorSystem _system;
    private readonly bool _ownsSystem;
    private readonly TimeProvider _time;
    private readonly IActorRef _guardian;
    private int _lastChild;

    private KafkaActorsClient(ActorSystem system, bool ownsSystem, ClientSettings settings, TimeProvider time)
    {
        _system = system;
        _ownsSystem = ownsSystem;
        _time = time;
        Settings = settings;
        Props props = Props.Create(() => new ClientGuardian(settings, time)).WithDispatcher(ClientSettings.Dispatcher);
        _guardian = system.ActorOf(props, $"{SystemName}-{Interlocked.Increment(ref _count)}");
        Admin = new AdminClient(new ClientChild(_guardian, AdminProps(), "admin"), settings);
    }

    public ClientSettings Settings { get; }

    public AdminClient Admin { get; }

    /// <summary>The one client that everything in this ActorSystem shares, made from its configuration.</summary>
    /// <inheritdoc cref="Create"/>
    public static KafkaActorsClient For(ActorSystem system) =>
        system.WithExtension<KafkaActorsClient, KafkaActorsClientProvider>();

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
        if (!config.HasPath(ClientSettings.Dispatcher) || bound is not ClientMessageSerializer)
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
            settings = settings with { BootstrapServers = ContactPoint.ParseList(bootstrapServers) };
        CheckSecret(settings);
        // A Kafka port is spoken to over a socket: remoting is started for a node's Akka port alone.
        var probe = ContactProbe.Of(settings, config, TimeProvider.System);
        FoundContact met = await probe.FindFirstAsync(settings.BootstrapServers, cancellationToken)
            .ConfigureAwait(false);
        if (!met.NeedsRemoting)
            config = (overlay ?? Config.Empty).WithFallback(KafkaActorsClientConfig.SystemWithoutRemoting);
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
    public Task<ClusterDescription> ConnectAsync(CancellationToken cancellationToken = default) =>
        Admin.ConnectAsync(cancellationToken);

    /// <summary>An actor that sends records and speaks <see cref="ProducerProtocol"/>.</summary>
    /// <param name="settings">Null for those in the ActorSystem's configuration.</param>
    public Props ProducerProps(ProducerSettings? settings = null) =>
        PropsOfProducer(null, settings ?? ProducerDefaults);

    /// <summary>An actor that reads records and speaks <see cref="ConsumerProtocol"/>.</summary>
    /// <param name="owner">Gets the records; the consumer stops with it. Of the same ActorSystem.</param>
    /// <inheritdoc cref="ProducerProps"/>
    public Props ConsumerProps(IActorRef owner, ConsumerSettings? settings = null)
    {
        bool isLocal = owner is IActorRefScope { IsLocal: true };
        if (!isLocal) throw new ArgumentException("A consumer's owner is of its own ActorSystem.", nameof(owner));
        return PropsOfConsumer(null, owner, settings ?? ConsumerDefaults);
    }

    /// <summary>An actor that administers the cluster and speaks <see cref="AdministrationProtocol"/>.</summary>
    public Props AdminProps()
    {
        (IActorRef cluster, ClientSettings client, TimeProvider time) = (_guardian, Settings, _time);
        return Props.Create(() => new AdminActor(cluster, client, time)).WithDispatcher(ClientSettings.Dispatcher);
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="settings">Null for those in the ActorSystem's configuration.</param>
    public RecordProducer CreateRecordProducer(ProducerSettings? settings = null)
    {
        ProducerSettings chosen = settings ?? ProducerDefaults;
        int number = Interlocked.Increment(ref _lastChild);
        var accumulator = new RecordAccumulator(chosen, _time, seed: number);
        var actor = new ClientChild(_guardian, PropsOfProducer(accumulator, chosen), $"producer-{number}");
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
        ConsumerSettings chosen = settings ?? ConsumerDefaults;
        var buffer = new FetchBuffer(chosen.PrefetchBytes);
        string name = $"consumer-{Interlocked.Increment(ref _lastChild)}";
        return new RecordConsumer(buffer, new ClientChild(_guardian, PropsOfConsumer(buffer, null, chosen), name));
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
        Task ended = _guardian.WatchAsync();
        _system.Stop(_guardian);
        await ended.ConfigureAwait(false);
        if (_ownsSystem) await _system.Terminate().ConfigureAwait(false);
    }

    private Props PropsOfProducer(RecordAccumulator? shared, ProducerSettings settings)
    {
        (IActorRef cluster, ClientSettings client, TimeProvider time) = (_guardian, Settings, _time);
        return Props.Create(() => new ProducerActor(cluster, shared, settings, client, time))
            .WithDispatcher(ClientSettings.Dispatcher);
    }

    private Props PropsOfConsumer(FetchBuffer? shared, IActorRef? owner, ConsumerSettings settings)
    {
        (IActorRef cluster, ClientSettings client, TimeProvider time) = (_guardian, Settings, _time);
        return Props.Create(() => new ConsumerActor(cluster, shared, owner, settings, client, time))
            .WithDispatcher(ClientSettings.Dispatcher);
    }

    // Akka would say it in a way that nobody understands.
    private static void CheckSecret(ClientSettings settings)
    {
        try
        {
            HeldSecrets.Read(clusterFile: null, settings.SecretFile);
        }
        catch (SecretException fault)
        {
            throw new KafkaException(
                ErrorCode.InvalidConfig, $"{ClientSettings.Section}.secret.file cannot be used: {fault.Message}");
        }
    }

    private ProducerSettings ProducerDefaults => ProducerSettings.From(_system.Settings.Config);

    private ConsumerSettings ConsumerDefaults => ConsumerSettings.From(_system.Settings.Config);
}
