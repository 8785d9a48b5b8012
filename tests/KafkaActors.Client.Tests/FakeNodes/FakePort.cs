using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>A listening socket with a server of the test's own behind it, for one connection after the other.</summary>
internal sealed class FakePort : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private FakePort(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static FakePort Of(Func<NetworkStream, CancellationToken, Task> serve) => new(serve);

    /// <summary>Sends the same bytes to everybody.</summary>
    public static FakePort Saying(byte[] bytes) =>
        Of(async (stream, stop) => await stream.WriteAsync(bytes, stop));

    /// <summary>
    /// A Kafka port: what is no frame is cut off, ApiVersions is answered, in the version that the answer is for.
    /// </summary>
    public static FakePort Kafka(Func<ApiVersionsRequest, (ApiVersionsResponse Response, short Version)> answer) =>
        Of(async (stream, stop) =>
        {
            var prefix = new byte[sizeof(int)];
            await stream.ReadExactlyAsync(prefix, stop);
            int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
            if (length is < 0 or > 1 << 20) return;
            var frame = new byte[length];
            await stream.ReadExactlyAsync(frame, stop);
            await stream.WriteAsync(Answer(frame, answer), stop);
        });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Its accept ends by the token; a listener that was stopped before would refuse the next one.
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private static byte[] Answer(
        byte[] frame, Func<ApiVersionsRequest, (ApiVersionsResponse Response, short Version)> answer)
    {
        var reader = new ProtocolReader(frame);
        RequestHeader header = RequestHeader.Read(ref reader);
        (ApiVersionsResponse response, short version) =
            answer(ApiVersionsRequest.Read(ref reader, header.Version));
        using var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, ApiKey.ApiVersions, version, header.CorrelationId, response);
        return writer.ToArray();
    }

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                await ServeAsync(socket, serve);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            await using var stream = new NetworkStream(socket);
            await serve(stream, _stop.Token);
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
