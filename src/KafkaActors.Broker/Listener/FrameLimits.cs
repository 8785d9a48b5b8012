using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>How long a request may be: one that carries records, and any other.</summary>
/// <param name="MaxBytes"><c>socket.request.max.bytes</c></param>
/// <param name="MaxBytesWithoutRecords"><c>socket.request.without.records.max.bytes</c></param>
internal sealed record FrameLimits(int MaxBytes, int MaxBytesWithoutRecords)
{
    /// <exception cref="ProtocolViolationException">No request is so long.</exception>
    public void Check(int length)
    {
        if (length >= 0 && length <= MaxBytes) return;
        throw new ProtocolViolationException(
            $"a request of {length} bytes is beyond socket.request.max.bytes = {MaxBytes}");
    }

    /// <exception cref="ProtocolViolationException">No request to this API is so long.</exception>
    public void Check(FrameStart start)
    {
        if (start.HasRecords || start.Length <= MaxBytesWithoutRecords) return;
        throw new ProtocolViolationException(
            $"a request of {start.Length} bytes to API {(short)start.Api}, which carries no records, is beyond "
            + $"socket.request.without.records.max.bytes = {MaxBytesWithoutRecords}");
    }
}
