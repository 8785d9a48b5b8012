namespace KafkaActors.Storage;

/// <summary>
/// A data directory that cannot be used. The message is one line: what is wrong, and what to do about it.
/// </summary>
public sealed class LogDirectoryException : Exception
{
    public LogDirectoryException()
    {
    }

    public LogDirectoryException(string message)
        : base(message)
    {
    }

    public LogDirectoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
