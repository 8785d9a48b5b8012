using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// Requests and responses as <see cref="KafkaProtocol"/> carries them: header and body, in the newest version
/// that nodes offer. Which answer is whose, the message around the frame says: the frame's own correlation id is 0.
/// </summary>
internal static class KafkaFrame
{
    /// <summary>What a connection brought back for the request, or that it is nothing that can be read.</summary>
    public static ConnectionProtocol.Answered Answer(ConnectionProtocol.Ask ask, KafkaProtocol.Response response)
    {
        try
        {
            IResponseMessage read = Read(ask.Request, response.Frame);
            return new(ask.Tag, read, Describe(ask.Request).Advertised.Max, ErrorCode.None, null);
        }
        catch (ProtocolViolationException fault)
        {
            return new(ask.Tag, null, 0, ErrorCode.UnknownServerError, fault.Message);
        }
    }

    public static ReadOnlyMemory<byte> Write(IRequestMessage request, string clientId)
    {
        short version = Describe(request).Advertised.Max;
        using var writer = new ProtocolWriter();
        new RequestHeader((short)request.Api, version, CorrelationId: 0, clientId).Write(writer);
        request.Write(writer, version);
        return writer.ToArray();
    }

    /// <param name="request">What it answers.</param>
    /// <exception cref="ProtocolViolationException">The frame is something else.</exception>
    public static IResponseMessage Read(IRequestMessage request, ReadOnlyMemory<byte> frame)
    {
        ApiDescription api = Describe(request);
        var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
        ResponseHeader.Read(ref reader, api.Key, api.Advertised.Max);
        return api.ReadResponse(ref reader, api.Advertised.Max);
    }

    private static ApiDescription Describe(IRequestMessage request) =>
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api)
            ? api
            : throw new ArgumentException($"{request.Api} is no API of this client.", nameof(request));
}
