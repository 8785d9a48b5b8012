using System.Net.Sockets;

namespace KafkaActors.Network;

/// <summary>Plain TCP to whichever address of the name answers first.</summary>
public sealed class SocketOpener : IStreamOpener
{
    public static SocketOpener Instance { get; } = new();

    public async Task<Stream> OpenAsync(BrokerAddress endpoint, CancellationToken cancellationToken)
    {
        // Frames are written whole: waiting for more to send would only delay their last segment.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
