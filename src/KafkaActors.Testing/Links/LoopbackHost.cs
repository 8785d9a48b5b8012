using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KafkaActors.Testing.Links;

/// <summary>
/// An address of the loopback and its ports. Each node has one of its own where the system has more than one: no
/// connection of anybody else can take a port of it, as happens to ports of 127.0.0.1 that nobody listens on for a
/// moment.
/// </summary>
internal sealed record LoopbackHost(IPAddress Address)
{
    private const int Range = 250;

    /// <summary>As clients are given it.</summary>
    public string Name { get; } = Address.ToString();

    /// <param name="cluster">A number of its own within this process.</param>
    public static LoopbackHost Of(int cluster, int node)
    {
        // There it has to be set up first.
        if (OperatingSystem.IsMacOS()) return new LoopbackHost(IPAddress.Loopback);
        int process = Environment.ProcessId;
        int last = 1 + (((cluster * 8) + node) % Range);
        return new LoopbackHost(new IPAddress(
            [127, (byte)(1 + (process % Range)), (byte)(process / Range % Range), (byte)last]));
    }

    /// <summary>
    /// A socket that holds a free port and does not listen there: whoever connects is refused, as where no process is.
    /// </summary>
    /// <param name="port">0: any that is free.</param>
    public Socket Hold(int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(Address, port));
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
    public int FreePort()
    {
        using Socket held = Hold();
        return PortOf(held);
    }

    /// <summary>HOST:PORT.</summary>
    public string At(int port) => string.Create(CultureInfo.InvariantCulture, $"{Name}:{port}");
}
