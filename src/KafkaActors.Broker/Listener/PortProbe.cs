using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Finds out before anything is started whether a door can be opened, so that the reason is one line about a port and
/// its option instead of a transport's stack trace.
/// </summary>
internal static class PortProbe
{
    /// <exception cref="NodeStartException">The port is taken, or the host is none of this machine.</exception>
    public static async Task CheckAsync(string host, int port, string option, CancellationToken cancellation)
    {
        IPAddress address = await ResolveAsync(host, cancellation).ConfigureAwait(false);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
        }
        catch (SocketException cause)
        {
            throw new NodeStartException(Reason(cause.SocketErrorCode, host, port, option), cause);
        }
    }

    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out IPAddress? address)) return address;
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
            return addresses.FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (SocketException cause)
        {
            throw new NodeStartException(
                $"the host {host} cannot be resolved; give a name or address of this machine with --host", cause);
        }
    }

    public static string Reason(SocketError error, string host, int port, string option) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            $"port {port} on {host} is in use by another process; stop it, or choose another with {option} (0 for any)",
        SocketError.AccessDenied =>
            $"port {port} on {host} may not be opened by this user; choose another with {option}",
        SocketError.AddressNotAvailable =>
            $"{host} is no address of this machine; give one with --host (kafka-actors.listeners.host)",
        _ => $"port {port} on {host} cannot be opened: {error}; choose another with {option}",
    };
}
