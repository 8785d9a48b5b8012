namespace KafkaActors.Storage.Files;

/// <summary>A file was not opened because the process has too few file descriptors left.</summary>
public sealed class TooManyOpenFilesException : IOException
{
    public TooManyOpenFilesException()
    {
    }

    public TooManyOpenFilesException(string message)
        : base(message)
    {
    }

    public TooManyOpenFilesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
