namespace KafkaActors.Protocol.Wire;

/// <summary>
/// The bytes of a frame are not what the protocol says. What follows them cannot be trusted: the connection is closed.
/// </summary>
public sealed class ProtocolViolationException : Exception
{
    public ProtocolViolationException()
    {
    }

    public ProtocolViolationException(string message)
        : base(message)
    {
    }

    public ProtocolViolationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
