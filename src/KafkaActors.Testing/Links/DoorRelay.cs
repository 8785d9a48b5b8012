using System.Net;
using System.Net.Sockets;

namespace KafkaActors.Testing.Links;

/// <summary>
/// Stands in front of one door of one node, at the port under which others know it, and passes bytes on as the
/// <see cref="ClusterLinks"/> let it. So what is tested are the sockets and the protocols that the node has between
/// machines; the node knows nothing of it but its advertised port. Closed, it refuses connections as a host does on
/// which the process has ended, and the ones that it had are reset. Any thread may use it.
/// </summary>
internal sealed class DoorRelay(int node, LoopbackHost host, IPeerSniffer sniffer, ClusterLinks links) : IDisposable
{
    private const int Backlog = 64;

    private readonly Lock _gate = new();
    private readonly HashSet<RelayedConnection> _connections = [];
    private Socket _socket = host.Hold();
    private CancellationTokenSource? _open;

    /// <summary>Where others find the door, for as long as the relay is not disposed of.</summary>
    public int Port => field == 0 ? field = LoopbackHost.PortOf(_socket) : field;

    /// <summary>Where the node listens itself.</summary>
    public int Target { get; set; }

    public void Open()
    {
        lock (_gate)
        {
            if (_open is not null) return;
            _ = Port;
            _socket.Listen(Backlog);
            _open = new CancellationTokenSource();
            _ = AcceptAsync(_socket, _open.Token);
        }
    }

    /// <summary>Refuses whoever comes, and resets what is open.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_open is null) return;
            _open.Cancel();
            _open.Dispose();
            _open = null;
            _socket.Dispose();
            _socket = host.Hold(Port);
        }

        Reset(_ => true);
    }

    /// <summary>Resets the connections that a node has opened.</summary>
    public void ResetOf(int opener) => Reset(connection => connection.Opener == opener);

    public void Dispose()
    {
        Close();
        _socket.Dispose();
    }

    private void Reset(Func<RelayedConnection, bool> which)
    {
        RelayedConnection[] chosen;
        lock (_gate) chosen = [.. _connections.Where(which)];
        foreach (RelayedConnection connection in chosen) connection.Reset();
    }

    private async Task AcceptAsync(Socket listening, CancellationToken closing)
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                Socket opener = await listening.AcceptAsync(closing).ConfigureAwait(false);
                _ = RunAsync(opener, closing);
            }
            catch (Exception cause) when (cause is SocketException or OperationCanceledException
                or ObjectDisposedException)
            {
                // The listener is closed, or who came has left again.
            }
        }
    }

    private async Task RunAsync(Socket opener, CancellationToken closing)
    {
        var target = new IPEndPoint(host.Address, Target);
        using var connection = new RelayedConnection(opener, target, node, sniffer, links);
        lock (_gate) _connections.Add(connection);
        try
        {
            await connection.RunAsync(closing).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _connections.Remove(connection);
        }
    }
}
