using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using NUnit.Framework;

namespace KafkaActors.TestKit.Kafka;

/// <summary>The broker's side of one connection, step by step. Every wait has an end.</summary>
public sealed class BrokerSide(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public static IEnumerable<ApiVersionsResponse.ApiVersion> Newest => ApiMessages.All.Select(api =>
        new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)api.Key, MinVersion = api.Advertised.Min, MaxVersion = api.Advertised.Max,
        });

    public static byte[] Frame(RequestHeader request, IResponseMessage response, short? version = null)
    {
        using var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, request.Api, version ?? request.Version, request.CorrelationId, response);
        return writer.ToArray();
    }

    /// <summary>The next request; null when the client has closed.</summary>
    public async Task<(RequestHeader Header, IRequestMessage Message)?> TryReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        byte[] prefix = new byte[sizeof(int)];
        int read = await _stream.ReadAtLeastAsync(
            prefix, prefix.Length, throwOnEndOfStream: false, deadline.Token).ConfigureAwait(false);
        if (read == 0) return null;
        byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix)];
        await _stream.ReadExactlyAsync(frame, deadline.Token).ConfigureAwait(false);
        return Read(frame);
    }

    public async Task<(RequestHeader Header, IRequestMessage Message)> ReceiveAsync() =>
        await TryReceiveAsync().ConfigureAwait(false)
        ?? throw new AssertionException("the client has closed the connection");

    public async Task<RequestHeader> ReceiveAsync(ApiKey api)
    {
        (RequestHeader header, _) = await ReceiveAsync().ConfigureAwait(false);
        Assert.That(header.Api, Is.EqualTo(api));
        return header;
    }

    /// <summary>Answers the question of versions with those that this build has.</summary>
    public async Task TellVersionsAsync(params IReadOnlyList<ApiVersionsResponse.ApiVersion> ranges)
    {
        RequestHeader asked = await ReceiveAsync(ApiKey.ApiVersions).ConfigureAwait(false);
        var answer = new ApiVersionsResponse { ApiKeys = [.. ranges.Count == 0 ? Newest : ranges] };
        await AnswerAsync(asked, answer).ConfigureAwait(false);
    }

    public Task AnswerAsync(RequestHeader request, IResponseMessage response) => SendAsync(Frame(request, response));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(bytes, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Whether the client has closed, or closes without another request.</summary>
    public async Task<bool> IsLeftAsync()
    {
        try
        {
            return await TryReceiveAsync().ConfigureAwait(false) is null;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static (RequestHeader Header, IRequestMessage Message) Read(byte[] frame)
    {
        var reader = new ProtocolReader(frame);
        RequestHeader header = RequestHeader.Read(ref reader);
        Assert.That(ApiMessages.TryGet(header.Key, out ApiDescription? api), Is.True);
        IRequestMessage message = api!.ReadRequest(ref reader, header.Version);
        Assert.That(reader.Remaining, Is.Zero, $"bytes after a {header.Api} request");
        return (header, message);
    }
}
