using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Whether a made-up request can be said at all. Null may stand where its version has none, or there may be more
/// elements or bytes than a request can have: that closes a connection, as tests of their own show.
/// </summary>
internal static class WholeRequest
{
    public static bool Is(ApiDescription api, IRequestMessage request, short version, int mostBytes)
    {
        try
        {
            byte[] frame = KafkaWireClient.Frame(request, version);
            if (frame.Length > mostBytes) return false;
            var reader = new ProtocolReader(frame.AsMemory(sizeof(int)));
            RequestHeader.Read(ref reader);
            api.ReadRequest(ref reader, version);
            return true;
        }
        catch (Exception cause) when (
            cause is InvalidOperationException or ArgumentException or ProtocolViolationException)
        {
            return false;
        }
    }
}
