using System.Net;
using System.Net.Sockets;

namespace KafkaActors.Network.Tests;

/// <summary>A listening socket on the loopback; a test plays the broker's side of each connection itself.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => _listener.Start();

    public BrokerEndpoint Endpoint => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public bool HasCaller => _listener.Pending();

    /// <summary>The next connection, as it comes.</summary>
    public async Task<BrokerSide> AcceptAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return new BrokerSide(await _listener.AcceptSocketAsync(deadline.Token));
    }

    /// <summary>The next connection, which is told the newest versions.</summary>
    public async Task<BrokerSide> MeetAsync()
    {
        BrokerSide side = await AcceptAsync();
        await side.TellVersionsAsync();
        return side;
    }

    /// <summary>Nobody is listening any more.</summary>
    public void Dispose() => _listener.Dispose();
}
