using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Event;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Listener;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// One node: a set of actors under <c>/user/kafka-actors</c>, its data directory and its doors. It either owns its
/// ActorSystem (<see cref="StartAsync"/>) or lives in a host's (<see cref="StartInAsync"/>). The boot order is the
/// architecture's: directory locked, ports bound, cluster found, cluster Up, metadata followed, registered, logs
/// recovered, unfenced, ready. Nothing it does ends the process: the host waits for <see cref="Stopped"/>.
/// </summary>
public sealed class KafkaActorsNode : IAsyncDisposable
{
    private readonly NodeContext _context;
    private readonly NodeSettings _settings;
    private readonly bool _ownsSystem;
    private readonly TaskCompletionSource<NodeStopReason> _stopped =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClusterEntry? _entry;
    private IActorRef? _guardian;
    private int _isStopRequested;

    private KafkaActorsNode(ActorSystem system, NodeContext context, bool ownsSystem)
    {
        System = system;
        _context = context;
        _settings = context.Settings;
        _ownsSystem = ownsSystem;
    }

    public ActorSystem System { get; }

    public NodeId NodeId => _settings.NodeId;

    /// <summary>As clients and seeds name it: <c>akka.tcp://kafka-actors@host:4053</c>.</summary>
    public string AkkaAddress => Cluster.Get(System).SelfAddress.ToString();

    /// <summary>The doors that are open; one that is not built yet stays shut and is not here.</summary>
    public IReadOnlyList<NodeDoor> Doors
    {
        get
        {
            Address address = Cluster.Get(System).SelfAddress;
            return
            [
                new NodeDoor("akka", address.Host ?? "", address.Port ?? 0),
                .. _context.KafkaDoor.Endpoints.Select((endpoint, index) => new NodeDoor(
                    index == 0 ? "kafka" : endpoint.Name.ToLowerInvariant(), endpoint.Host, endpoint.Port)),
            ];
        }
    }

    /// <summary>Completes, never fails, once the node has stopped and its data directory is closed.</summary>
    public Task<NodeStopReason> Stopped => _stopped.Task;

    /// <summary>Null where the process is not the node's alone.</summary>
    private IdleCollection? Collection { get; init; }

    /// <summary>Starts a node with an ActorSystem of its own.</summary>
    /// <param name="user">What differs from <c>hocon/reference</c>; see <see cref="NodeConfiguration"/>.</param>
    /// <returns>The node, serving.</returns>
    /// <exception cref="NodeStartException">It cannot start; the message is one line for a person.</exception>
    public static async Task<KafkaActorsNode> StartAsync(
        Config user, NodeOptions options, CancellationToken cancellation = default)
    {
        Config config = KafkaActorsConfig.ForProcess(user);
        NodeSettings settings = NodeSettings.Read(config);
        DowningProvider.Check(config);
        SecretCheck.Of(config);
        NodeContext context = await OpenAsync(settings, options, cancellation).ConfigureAwait(false);
        ActorSystem system;
        try
        {
            string host = AkkaBinding.Of(settings.Listeners, settings.Cluster).Host;
            await PortProbe.CheckAsync(host, settings.Listeners.AkkaPort, "--akka-port", cancellation)
                .ConfigureAwait(false);
            system = CreateSystem(config, options);
        }
        catch
        {
            await context.CloseAsync().ConfigureAwait(false);
            throw;
        }

        var node = new KafkaActorsNode(system, context, ownsSystem: true)
        {
            Collection = options.OwnsProcess ? new IdleCollection(context.Clock) : null,
        };
        return await BootAsync(node, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Starts a node inside a host's ActorSystem, whose configuration went through
    /// <see cref="KafkaActorsConfig.Fragment(Config)"/>. The host owns the system, its place in the cluster and its
    /// end.
    /// </summary>
    /// <exception cref="NodeStartException">It cannot start; the message is one line for a person.</exception>
    public static async Task<KafkaActorsNode> StartInAsync(
        ActorSystem system, NodeOptions options, CancellationToken cancellation = default)
    {
        Config config = system.Settings.Config;
        if (!config.HasPath("kafka-actors.dispatchers.control") || !config.HasPath("kafka-actors.node.id"))
        {
            throw new NodeStartException(
                $"the configuration of ActorSystem {system.Name} lacks what a node needs; "
                + "pass it through KafkaActorsConfig.Fragment before the system is created");
        }

        NodeSettings settings = NodeSettings.Read(config);
        DowningProvider.Check(config);
        SecretCheck.Of(config);
        NodeContext context = await OpenAsync(settings, options, cancellation).ConfigureAwait(false);
        return await BootAsync(new KafkaActorsNode(system, context, ownsSystem: false), cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Stops in order and in bounded time: what is led is handed over, an ActorSystem of our own leaves the cluster and
    /// ends, the logs are closed. Called twice it waits for the same end.
    /// </summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStopRequested, 1) == 0)
            await EndAsync(NodeStopReason.Requested).ConfigureAwait(false);
        await Stopped.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static async Task<KafkaActorsNode> BootAsync(KafkaActorsNode node, CancellationToken cancellation)
    {
        _ = node.WatchAsync();
        ILoggingAdapter log = Logging.GetLogger(node.System, nameof(KafkaActorsNode));
        foreach (string warning in StartWarnings.Of(node._settings, node._ownsSystem)) log.Warning("{0}.", warning);
        try
        {
            var entry = await ClusterEntry
                .FindAsync(node.System, node._context, isHosted: !node._ownsSystem, cancellation)
                .ConfigureAwait(false);
            node._entry = entry;
            await node.StartGuardianAsync(entry).ConfigureAwait(false);
            await entry.EnterAsync(cancellation).ConfigureAwait(false);
            await node._context.Ready.Task.WaitAsync(cancellation).ConfigureAwait(false);
            if (node._settings.IsBroker)
            {
                await PartitionSharding.WhenHomeAsync(node.System, node.NodeId, node._context.Clock, cancellation)
                    .ConfigureAwait(false);
            }

            return node;
        }
        catch
        {
            await node.StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    // In a host's cluster what the directories hold waits for the registration.
    private async Task StartGuardianAsync(ClusterEntry entry)
    {
        if (entry.IsOwnCluster) await Task.Run(_context.Directories.Begin).ConfigureAwait(false);
        NodeContext context = _context;
        _guardian = System.ActorOf(
            Props.Create(() => new KafkaActorsGuardian(context, entry))
                .WithDispatcher("kafka-actors.dispatchers.control"),
            KafkaActorsGuardian.Name);
    }

    // A node that cannot go on, or that the cluster removed, ends by itself.
    private async Task WatchAsync()
    {
        Task first = await Task.WhenAny(_context.Failed.Task, System.WhenTerminated, Stopped).ConfigureAwait(false);
        if (first != Stopped && Interlocked.Exchange(ref _isStopRequested, 1) == 0)
            await EndAsync(NodeStopReason.Removed).ConfigureAwait(false);
    }

    private async Task EndAsync(NodeStopReason reason)
    {
        TimeSpan limit = _settings.Cluster.ShutdownTimeout;
        if (_guardian is not null)
        {
            _guardian.Tell(GuardianProtocol.HandOver.Instance);
            Task handedOver = Task.WhenAny(_context.HandedOver.Task, System.WhenTerminated);
            await WithinAsync(handedOver, limit / 4).ConfigureAwait(false);
        }

        await WithinAsync(_context.KafkaDoor.DisposeAsync().AsTask(), limit / 8).ConfigureAwait(false);
        await WithinAsync(_ownsSystem ? EndSystemAsync() : EndGuestAsync(limit / 4), limit / 2).ConfigureAwait(false);
        await _context.CloseAsync().ConfigureAwait(false);
        if (Collection is not null) await Collection.DisposeAsync().ConfigureAwait(false);
        _stopped.TrySetResult(reason);
    }

    private async Task EndSystemAsync()
    {
        _ = CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClrExitReason.Instance);
        await System.WhenTerminated.ConfigureAwait(false);
    }

    // The host's system goes on: only what is ours stops, the region with its partitions first.
    private async Task EndGuestAsync(TimeSpan limit)
    {
        if (System.WhenTerminated.IsCompleted || _guardian is null) return;
        if (_settings.IsBroker)
        {
            IActorRef region = ClusterSharding.Get(System).ShardRegion(PartitionSharding.TypeName);
            await region.GracefulStop(limit, GracefulShutdown.Instance).ConfigureAwait(false);
        }

        await _guardian.GracefulStop(limit).ConfigureAwait(false);
        await _entry!.Bootstrap.GracefulStop(limit).ConfigureAwait(false);
    }

    // What is late is left behind: the next start recovers it.
    private static async Task WithinAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is TimeoutException or TaskCanceledException)
        {
            Trace.TraceWarning("a step of the node's stop took longer than {0}", limit);
        }
    }

    private static async Task<NodeContext> OpenAsync(
        NodeSettings settings, NodeOptions options, CancellationToken cancellation)
    {
        ReserveThreads(settings.Pools.MinThreads);
        NodeContext context = await Task.Run(
            () => NodeContext.OpenAsync(settings, options, cancellation), CancellationToken.None)
            .ConfigureAwait(false);
        return context with { StoredLog = Task.Run(context.ReadStoredLog, CancellationToken.None) };
    }

    private static ActorSystem CreateSystem(Config config, NodeOptions options)
    {
        ActorSystemSetup setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        if (options.Log is not null) setup = setup.WithSetup(new NodeLog(options.Log));
        return ActorSystem.Create(options.SystemName, setup);
    }

    // Blocked pool threads made peers look dead; the reserve costs nothing until it is used.
    private static void ReserveThreads(int count)
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        if (count > workers) ThreadPool.SetMinThreads(count, Math.Max(count, ports));
    }
}
