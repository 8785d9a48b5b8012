using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace KafkaActors.TestKit.Clusters;

/// <summary>
/// Stands before one node's port: what it takes it hands on, in both directions, after <see cref="Delay"/>, in order.
/// </summary>
public sealed class DelayingProxy : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private const int MaxChunks = 1024;

    private readonly IPEndPoint _target;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _pumps = [];
    private readonly Task _accepting;
    private long _delayTicks;

    /// <param name="port">Where it listens, on the node's own address.</param>
    public DelayingProxy(string host, int port, int target)
    {
        IPAddress address = IPAddress.Parse(host);
        _target = new IPEndPoint(address, target);
        _listener = new TcpListener(address, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>For every byte that comes from now on.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_pumps).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                _pumps.Add(RelayAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy is being disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient near = client;
        using TcpClient far = new();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await far.ConnectAsync(_target, both.Token).ConfigureAwait(false);
            near.NoDelay = far.NoDelay = true;
            Task first = await Task.WhenAny(
                PumpAsync(near.GetStream(), far.GetStream(), both.Token),
                PumpAsync(far.GetStream(), near.GetStream(), both.Token)).ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException)
        {
            // One side is gone; the other one is let go.
        }
        finally
        {
            await both.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, CancellationToken stop)
    {
        var chunks = Channel.CreateBounded<(long Came, TimeSpan Delay, byte[] Bytes)>(MaxChunks);
        Task writing = WriteAsync(chunks.Reader, to, stop);
        byte[] buffer = new byte[ChunkBytes];
        while (await from.ReadAsync(buffer, stop).ConfigureAwait(false) is > 0 and var read)
        {
            await chunks.Writer.WriteAsync((Stopwatch.GetTimestamp(), Delay, buffer[..read]), stop)
                .ConfigureAwait(false);
        }

        chunks.Writer.Complete();
        await writing.ConfigureAwait(false);
    }

    private static async Task WriteAsync(
        ChannelReader<(long Came, TimeSpan Delay, byte[] Bytes)> chunks, NetworkStream to, CancellationToken stop)
    {
        await foreach ((long came, TimeSpan delay, byte[] bytes) in chunks.ReadAllAsync(stop).ConfigureAwait(false))
        {
            TimeSpan left = delay - Stopwatch.GetElapsedTime(came);
            if (left > TimeSpan.FromMilliseconds(1))
            {
                using PeriodicTimer timer = new(left);
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            }

            await to.WriteAsync(bytes, stop).ConfigureAwait(false);
        }
    }
}
