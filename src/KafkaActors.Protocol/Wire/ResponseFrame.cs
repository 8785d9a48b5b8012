using KafkaActors.Protocol.Messages;

namespace KafkaActors.Protocol.Wire;

/// <summary>A whole response on the wire: the length of what follows it, a header, a body.</summary>
public static class ResponseFrame
{
    public static void Write(
        ProtocolWriter writer, ApiKey api, short version, int correlationId, IResponseMessage response)
    {
        int start = writer.BeginFrame();
        ResponseHeader.Write(writer, api, version, correlationId);
        response.Write(writer, version);
        writer.EndFrame(start);
    }
}
