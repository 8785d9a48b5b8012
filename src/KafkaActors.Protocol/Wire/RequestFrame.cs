namespace KafkaActors.Protocol.Wire;

/// <summary>A whole request on the wire: the length of what follows it, a header, a body.</summary>
public static class RequestFrame
{
    public static void Write(
        ProtocolWriter writer, IRequestMessage request, short version, int correlationId, string? clientId)
    {
        int start = writer.BeginFrame();
        new RequestHeader((short)request.Api, version, correlationId, clientId).Write(writer);
        request.Write(writer, version);
        writer.EndFrame(start);
    }
}
