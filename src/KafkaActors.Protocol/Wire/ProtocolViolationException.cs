namespace KafkaActors.Protocol.Wire;

/// <summary>
/// The bytes of a frame are not what the protocol says. The stream's state is unknown after it: the connection is closed.
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
