using System.Buffers.Binary;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>A response as it came, without its length.</summary>
/// <param name="IsShared">The bytes are overwritten by what is received next.</param>
internal readonly record struct ReceivedResponse(ReadOnlyMemory<byte> Bytes, bool IsShared)
{
    public int CorrelationId => BinaryPrimitives.ReadInt32BigEndian(Bytes.Span);

    /// <exception cref="ProtocolViolationException">It is no response to the request.</exception>
    public IResponseMessage Read(ApiDescription api, short version)
    {
        // Records are slices of the frame; all else is copied by the reader.
        ReadOnlyMemory<byte> frame = IsShared && api.Key == ApiKey.Fetch ? Bytes.ToArray() : Bytes;
        var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
        ResponseHeader.Read(ref reader, api.Key, version);
        return api.ReadResponse(ref reader, version);
    }
}
