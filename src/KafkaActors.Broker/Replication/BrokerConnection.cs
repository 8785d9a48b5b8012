using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Replication;

/// <summary>
/// A connection to another broker's listener, for what a node asks of its peers: one request at a time, each with a
/// time limit. After a fault it is not used again. Owned by whoever opened it.
/// </summary>
internal sealed class BrokerConnection : IDisposable
{
    private const string ClientId = "kafka-actors-node";
    private const int MaxFrameBytes = 128 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly TimeSpan _timeout;
    private int _correlationId;

    private BrokerConnection(Socket socket, TimeSpan timeout) => (_socket, _timeout) = (socket, timeout);

    /// <exception cref="IOException">Nobody answers there.</exception>
    public static async Task<BrokerConnection> OpenAsync(
        BrokerEndpoint endpoint, TimeSpan timeout, TimeProvider clock)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(timeout, clock);
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token).ConfigureAwait(false);
            return new BrokerConnection(socket, timeout);
        }
        catch (Exception cause) when (cause is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new IOException($"{endpoint.Host}:{endpoint.Port} cannot be reached: {cause.Message}", cause);
        }
    }

    /// <param name="api">Its highest version is spoken: the nodes of a cluster are of one age.</param>
    /// <exception cref="IOException">The connection has ended, or there was no answer in time.</exception>
    /// <exception cref="ProtocolViolationException">The answer is none.</exception>
    public async Task<IResponseMessage> AskAsync(ApiDescription api, IRequestMessage request, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(_timeout, clock);
        short version = api.Versions.Max;
        try
        {
            await SendAsync(request, version, limit.Token).ConfigureAwait(false);
            byte[] frame = await ReadFrameAsync(limit.Token).ConfigureAwait(false);
            return Read(api, version, frame);
        }
        catch (Exception cause) when (cause is SocketException or OperationCanceledException)
        {
            throw new IOException($"{api.Name} was not answered: {cause.Message}", cause);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(IRequestMessage request, short version, CancellationToken cancellation)
    {
        using var writer = new ProtocolWriter();
        RequestFrame.Write(writer, request, version, ++_correlationId, ClientId);
        ReadOnlyMemory<byte> left = writer.ToArray();
        while (left.Length > 0)
            left = left[await _socket.SendAsync(left, SocketFlags.None, cancellation).ConfigureAwait(false)..];
    }

    private async Task<byte[]> ReadFrameAsync(CancellationToken cancellation)
    {
        byte[] length = new byte[sizeof(int)];
        await FillAsync(length, cancellation).ConfigureAwait(false);
        int size = BinaryPrimitives.ReadInt32BigEndian(length);
        if (size is < 0 or > MaxFrameBytes) throw new ProtocolViolationException($"a response of {size} bytes");
        byte[] frame = new byte[size];
        await FillAsync(frame, cancellation).ConfigureAwait(false);
        return frame;
    }

    private async Task FillAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            int count = await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellation).ConfigureAwait(false);
            if (count == 0) throw new IOException("the other broker has closed the connection");
            buffer = buffer[count..];
        }
    }

    private IResponseMessage Read(ApiDescription api, short version, byte[] frame)
    {
        var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
        int correlationId = ResponseHeader.Read(ref reader, api.Key, version);
        if (correlationId != _correlationId)
            throw new ProtocolViolationException($"an answer to {correlationId} instead of {_correlationId}");
        return api.ReadResponse(ref reader, version);
    }
}
