using System.Net;
using System.Net.Sockets;

namespace KafkaActors.TestKit.Kafka;

/// <summary>A listening socket on the loopback; a test plays the broker's side of each connection itself.</summary>
public sealed class ScriptedBroker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary><c>127.0.0.1:PORT</c></summary>
    public string Address => $"127.0.0.1:{Port}";

    public bool HasCaller => _listener.Pending();

    /// <summary>The next connection, as it comes.</summary>
    public async Task<BrokerSide> AcceptAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return new BrokerSide(await _listener.AcceptSocketAsync(deadline.Token).ConfigureAwait(false));
    }

    /// <summary>The next connection, which is told the newest versions.</summary>
    public async Task<BrokerSide> MeetAsync()
    {
        BrokerSide side = await AcceptAsync().ConfigureAwait(false);
        await side.TellVersionsAsync().ConfigureAwait(false);
        return side;
    }

    /// <summary>Nobody is listening any more.</summary>
    public void Dispose() => _listener.Dispose();
}
