using System.Net.Sockets;

namespace KafkaActors.Broker.Downing;

/// <summary>Tries whether anybody takes connections at an address.</summary>
internal static class ClosedPort
{
    /// <summary>A host that says nothing refuses nothing.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <returns>Whether the connect was refused; false for everything else that becomes of it.</returns>
    public static async Task<bool> IsRefusedAsync(string host, int port)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return false;
        }
        catch (SocketException cause)
        {
            return cause.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
