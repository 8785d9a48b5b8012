using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace KafkaActors.Testing.Links;

/// <summary>
/// One connection through a <see cref="DoorRelay"/>: two sockets, and what one of them receives is sent by the other.
/// Owned by its relay.
/// </summary>
internal sealed class RelayedConnection(
    Socket opener, IPEndPoint target, int node, IPeerSniffer sniffer, ClusterLinks links) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A node that starts has its address before it listens.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _reset = new();
    private Socket? _door;
    private volatile int _opener = -1;

    /// <summary>The node that has opened it; -1 while that is not known.</summary>
    public int Opener => _opener;

    /// <summary>Returns once both sides are done with it.</summary>
    public async Task RunAsync(CancellationToken closing)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing, _reset.Token);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            opener.NoDelay = true;
            int received = await MeetAsync(buffer, ending.Token).ConfigureAwait(false);
            if (received < 0) return;
            _door = await ConnectAsync(ending.Token).ConfigureAwait(false);
            Task back = PassAsync(_door, opener, node, _opener, new byte[BufferBytes], 0, ending.Token);
            Task forth = PassAsync(opener, _door, _opener, node, buffer, received, ending.Token);
            await Task.WhenAll(back, forth).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is SocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // One side is gone, so the other is parted with too.
        }
        finally
        {
            Abort(opener);
            if (_door is not null) Abort(_door);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Reset()
    {
        try
        {
            _reset.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose() => _reset.Dispose();

    /// <returns>How many bytes the opener's first words took; -1 when it is not to be heard.</returns>
    private async Task<int> MeetAsync(Memory<byte> buffer, CancellationToken ending)
    {
        int received = 0;
        while (true)
        {
            int more = await opener.ReceiveAsync(buffer[received..], ending).ConfigureAwait(false);
            if (more == 0) return -1;
            received += more;
            if (!sniffer.TryTell(buffer.Span[..received], out int known) && received < buffer.Length) continue;
            _opener = known;
            return links.IsDead(known) ? -1 : received;
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken ending)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
        limit.CancelAfter(ConnectLimit);
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            try
            {
                await socket.ConnectAsync(target, limit.Token).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(ConnectPause, TimeProvider.System, limit.Token).ConfigureAwait(false);
        }
    }

    private async Task PassAsync(
        Socket source, Socket destination, int from, int to, byte[] buffer, int held, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await links.WhenOpenAsync(from, to, ending).ConfigureAwait(false);
                for (int sent = 0; sent < held;)
                    sent += await destination.SendAsync(buffer.AsMemory(sent, held - sent), ending)
                        .ConfigureAwait(false);
                held = await source.ReceiveAsync(buffer.AsMemory(), ending).ConfigureAwait(false);
                if (held > 0) continue;
                await links.WhenOpenAsync(from, to, ending).ConfigureAwait(false);
                destination.Shutdown(SocketShutdown.Send);
                return;
            }
        }
        catch
        {
            Reset();
            throw;
        }
    }

    // With a reset, so that no address is left waiting for the last packets.
    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
