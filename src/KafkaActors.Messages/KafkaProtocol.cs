namespace KafkaActors.Messages;

/// <summary>
/// Requests of Kafka's own protocol, for the APIs that have no conversation of their own (consumer groups): the session
/// answers them as the node's Kafka port would. A frame is a request's or response's header and body as they stand on a
/// socket, without the length before them; the frame's own correlation id is the client's business.
/// A frame has at most <see cref="MaxFrameBytes"/> in either direction. One that is larger, or that cannot be read, is
/// answered by a <see cref="SessionProtocol.Refused"/>: with <see cref="Protocol.ErrorCode.MessageTooLarge"/> when it
/// is the answer that would not fit.
/// </summary>
public static class KafkaProtocol
{
    /// <summary>Fits into one Akka message with room for its envelope.</summary>
    public const int MaxFrameBytes = 256 * 1024;

    public sealed record Request(long CorrelationId, ReadOnlyMemory<byte> Frame) : ICommand, ICorrelated;

    public sealed record Response(long CorrelationId, ReadOnlyMemory<byte> Frame) : IReply, ICorrelated;
}
