using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using NUnit.Framework;

namespace KafkaActors.TestKit.Kafka;

/// <summary>
/// A Kafka client of the barest kind: one connection, on which it writes requests, or any bytes at all, and reads the
/// responses in the order of the requests. Every wait has an end. For one test, which writes and reads one at a time.
/// </summary>
public sealed class KafkaWireClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(ApiDescription Api, short Version, int CorrelationId)> _underWay = [];
    private readonly Socket _socket;
    private int _lastId;

    private KafkaWireClient(Socket socket) => _socket = socket;

    /// <summary>For what the client leaves out: no half-closing, no reading.</summary>
    public Socket Socket => _socket;

    /// <param name="receiveBytes">The kernel's buffer for what is not read yet; 0 leaves it as it is.</param>
    public static async Task<KafkaWireClient> ConnectAsync(string host, int port, int receiveBytes = 0)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
        using var deadline = new CancellationTokenSource(Timeout);
        await socket.ConnectAsync(host, port, deadline.Token).ConfigureAwait(false);
        return new KafkaWireClient(socket);
    }

    /// <param name="address">As a client is given it: <c>host:port</c>.</param>
    public static Task<KafkaWireClient> ConnectAsync(string address)
    {
        int colon = address.LastIndexOf(':');
        return ConnectAsync(
            address[..colon].Trim('[', ']'),
            int.Parse(address.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A whole request, its length before it.</summary>
    public static byte[] Frame(IRequestMessage request, short version, int correlationId = 0)
    {
        using var writer = new ProtocolWriter();
        RequestFrame.Write(writer, request, version, correlationId, "test");
        return writer.ToArray();
    }

    /// <summary>The newest version of a request's API.</summary>
    public static short Newest(IRequestMessage request) =>
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api) ? api.Versions.Max : (short)0;

    /// <summary>Writes a request, whose response is the next to be read after those before it.</summary>
    public Task SendAsync(IRequestMessage request, short? version = null) =>
        SendRawAsync(Begin(request, version ?? Newest(request)));

    /// <summary>The frame of a request that counts as written, for whoever writes its bytes himself.</summary>
    public byte[] Begin(IRequestMessage request, short version)
    {
        if (!ApiMessages.TryGet((short)request.Api, out ApiDescription? api))
            throw new ArgumentException($"{request.Api} is no API", nameof(request));
        int correlationId = ++_lastId;
        _underWay.Enqueue((api, version, correlationId));
        return Frame(request, version, correlationId);
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, deadline.Token).ConfigureAwait(false)..];
    }

    public async Task<TResponse> AskAsync<TResponse>(IRequestMessage request, short? version = null)
        where TResponse : IResponseMessage
    {
        await SendAsync(request, version).ConfigureAwait(false);
        return await ReceiveAsync<TResponse>().ConfigureAwait(false);
    }

    public async Task<TResponse> ReceiveAsync<TResponse>()
        where TResponse : IResponseMessage =>
        (TResponse)await ReceiveAsync().ConfigureAwait(false);

    /// <summary>
    /// Reads the response of the oldest request; fails when it is another's, or not what its version says.
    /// </summary>
    public async Task<IResponseMessage> ReceiveAsync()
    {
        if (!_underWay.TryDequeue(out (ApiDescription Api, short Version, int CorrelationId) asked))
            throw new InvalidOperationException("nothing was asked that is not answered");
        (ApiDescription api, short version, int correlationId) = asked;
        byte[] frame = await ReceiveFrameAsync().ConfigureAwait(false)
            ?? throw new AssertionException($"the connection was closed instead of an answer to {api.Name} v{version}");
        return Read(api, version, correlationId, frame);
    }

    /// <summary>Reads a response; fails when it is another's, or not what its version says.</summary>
    public static IResponseMessage Read(ApiDescription api, short version, int correlationId, byte[] frame)
    {
        var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
        int answered = ResponseHeader.Read(ref reader, api.Key, version);
        IResponseMessage response = api.ReadResponse(ref reader, version);
        Assert.That(answered, Is.EqualTo(correlationId), $"responses of {api.Name} v{version} out of order");
        Assert.That(reader.Remaining, Is.Zero, $"bytes after a response of {api.Name} v{version}");
        return response;
    }

    /// <summary>Reads a response without its length; null when the other side has closed, in order or not.</summary>
    public async Task<byte[]?> ReceiveFrameAsync()
    {
        byte[] length = new byte[sizeof(int)];
        if (!await TryFillAsync(length).ConfigureAwait(false)) return null;
        byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        return await TryFillAsync(frame).ConfigureAwait(false) ? frame : null;
    }

    /// <summary>Reads until the other side closes; false when it answers instead.</summary>
    public async Task<bool> IsClosedAsync() => await ReceiveFrameAsync().ConfigureAwait(false) is null;

    public void Dispose() => _socket.Dispose();

    private async Task<bool> TryFillAsync(Memory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        try
        {
            while (bytes.Length > 0)
            {
                int received = await _socket.ReceiveAsync(bytes, deadline.Token).ConfigureAwait(false);
                if (received == 0) return false;
                bytes = bytes[received..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"nothing was received within {Timeout}");
        }
    }
}
