using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// A door whose port is taken, so that nobody else gets it and the node can say where it is, and that lets nobody in
/// yet. Owned by <see cref="KafkaDoor"/>.
/// </summary>
internal sealed class BoundListener : IDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _socket;

    private BoundListener(Socket socket, NamedListener listener, bool isInterBroker)
    {
        _socket = socket;
        Name = listener.Name;
        IsInterBroker = isInterBroker;
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        int advertised = listener.AdvertisedPort == 0 ? port : listener.AdvertisedPort;
        Endpoint = new BrokerEndpoint(listener.Name, listener.AdvertisedHost, advertised);
    }

    public string Name { get; }

    /// <summary>Whether other brokers fetch by it.</summary>
    public bool IsInterBroker { get; }

    /// <summary>Where its clients connect.</summary>
    public BrokerEndpoint Endpoint { get; }

    /// <exception cref="NodeStartException">The port is taken, or the host is none of this machine.</exception>
    public static async Task<BoundListener> BindAsync(
        NamedListener listener, bool isInterBroker, CancellationToken cancellation)
    {
        IPAddress address = await PortProbe.ResolveAsync(listener.Host, cancellation).ConfigureAwait(false);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, listener.Port));
            socket.Listen(Backlog);
            return new BoundListener(socket, listener, isInterBroker);
        }
        catch (SocketException cause)
        {
            socket.Dispose();
            string reason = PortProbe.Reason(cause.SocketErrorCode, listener.Host, listener.Port, "--kafka-port");
            throw new NodeStartException(reason, cause);
        }
    }

    public ValueTask<Socket> AcceptAsync(CancellationToken cancellation) => _socket.AcceptAsync(cancellation);

    public void Dispose() => _socket.Dispose();
}
