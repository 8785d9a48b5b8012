using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// The node's listeners for Kafka clients: bound before the node joins its cluster, opened once it serves, closed
/// before its actors go. Lets clients in up to a limit, and looks from time to time for those that have gone silent.
/// Owned by the node.
/// </summary>
internal sealed class KafkaDoor : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReliefInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<BoundListener> _listeners;
    private readonly ConcurrentDictionary<KafkaConnection, bool> _connections = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _accepting = [];
    private ITimer? _sweep;
    private ITimer? _relief;
    private Task? _closed;

    private KafkaDoor(IReadOnlyList<BoundListener> listeners) => _listeners = listeners;

    /// <summary>For the node's registration: the addresses of every listener.</summary>
    public IEnumerable<BrokerEndpoint> Endpoints => _listeners.Select(listener => listener.Endpoint);

    public int ConnectionCount => _connections.Count;

    /// <exception cref="NodeStartException">A port is taken, or a listener is not configured right.</exception>
    public static async Task<KafkaDoor> BindAsync(NodeSettings settings, CancellationToken cancellation)
    {
        var bound = new List<BoundListener>();
        try
        {
            if (!settings.IsBroker) return new KafkaDoor([]);
            IReadOnlyList<NamedListener> named = NamedListener.Of(settings);
            string interBroker = NamedListener.InterBrokerName(settings.Kafka, named);
            foreach (NamedListener listener in named)
            {
                bool isInterBroker = listener.Name == interBroker;
                bound.Add(await BoundListener.BindAsync(listener, isInterBroker, cancellation).ConfigureAwait(false));
            }

            return new KafkaDoor(bound);
        }
        catch
        {
            bound.ForEach(listener => listener.Dispose());
            throw;
        }
    }

    /// <summary>Lets clients in, unless the node is being closed already.</summary>
    public void Open(KafkaDoorServices services)
    {
        lock (_lock)
        {
            if (_closed is not null) return;
            services.Descriptors?.Measure();
            _sweep = services.Clock.CreateTimer(_ => Sweep(services), null, SweepInterval, SweepInterval);
            _relief = services.Clock.CreateTimer(
                _ => Relieve(services), null, ReliefInterval, ReliefInterval);
            foreach (BoundListener listener in _listeners) _accepting.Add(AcceptAsync(listener, services));
        }
    }

    /// <summary>Lets nobody in any more and parts with those who are. Called twice it waits for the same end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closed;
        lock (_lock) closed = _closed ??= CloseAsync();
        await closed.ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (BoundListener listener in _listeners) listener.Dispose();
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        if (_sweep is not null) await _sweep.DisposeAsync().ConfigureAwait(false);
        if (_relief is not null) await _relief.DisposeAsync().ConfigureAwait(false);
        foreach (KafkaConnection connection in _connections.Keys) connection.Leave();
        await Task.WhenAll(_connections.Keys.Select(connection => connection.Ended)).ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task AcceptAsync(BoundListener listener, KafkaDoorServices services)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.AcceptAsync(_closing.Token).ConfigureAwait(false), listener, services);
            }
            catch (Exception) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException cause)
            {
                // Too many open files, or a client that left before it was let in.
                services.Log.CannotAccept(listener.Name, cause);
                await Task.Delay(RetryInterval, timeProvider: services.Clock, CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket socket, BoundListener listener, KafkaDoorServices services)
    {
        if (_connections.Count >= services.Settings.MaxConnections)
        {
            services.Log.Full(
                socket.RemoteEndPoint as IPEndPoint, $"max.connections = {services.Settings.MaxConnections} are open");
            socket.Dispose();
            return;
        }

        if (services.Descriptors is { } descriptors && !descriptors.TryAddConnection())
        {
            services.Log.Full(
                socket.RemoteEndPoint as IPEndPoint, $"the process may open {descriptors.Limit} files (ulimit -n)");
            socket.Dispose();
            return;
        }

        KafkaConnection connection;
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            connection = new KafkaConnection(socket, listener, services);
        }
        catch (SocketException cause)
        {
            // It has left before it was let in.
            services.Log.Ended(null, cause);
            socket.Dispose();
            services.Descriptors?.RemoveConnection();
            return;
        }

        _connections[connection] = true;
        _ = ServeAsync(connection, services.Descriptors);
    }

    private async Task ServeAsync(KafkaConnection connection, DescriptorBudget? descriptors)
    {
        // Whoever accepts does not read: a client whose first bytes are here already would keep the others waiting.
        await Task.Yield();
        await connection.RunAsync().ConfigureAwait(false);
        _connections.TryRemove(connection, out _);
        descriptors?.RemoveConnection();
    }

    private void Sweep(KafkaDoorServices services)
    {
        foreach (KafkaConnection connection in _connections.Keys) connection.Sweep();
        services.Log.Sweep();
        services.Descriptors?.Measure();
    }

    // While memory is short, requests and responses that do not go on give way, the most silent client's first.
    private void Relieve(KafkaDoorServices services)
    {
        if (!services.Memory.IsShort && !services.Responses.IsShort) return;
        var inTheWay = _connections.Keys
            .Select(connection => (Connection: connection, Time: connection.InTheWayFor))
            .Where(one => one.Time > TimeSpan.Zero)
            .OrderByDescending(one => one.Time)
            .ToList();
        foreach ((KafkaConnection connection, _) in inTheWay) connection.GiveWay();
    }
}
