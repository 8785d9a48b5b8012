using System.Net;
using System.Net.Sockets;

namespace KafkaActors.Testing.Links;

/// <summary>Ports of the loopback.</summary>
internal static class Loopback
{
    public const string Host = "127.0.0.1";

    /// <summary>
    /// A socket that holds a free port and does not listen there: whoever connects is refused, as where no process is.
    /// </summary>
    /// <param name="port">0: any that is free.</param>
    public static Socket Hold(int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using Socket held = Hold();
        return PortOf(held);
    }
}
