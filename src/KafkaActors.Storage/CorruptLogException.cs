namespace KafkaActors.Storage;

/// <summary>
/// Bytes on the disk are not what was written: a bad CRC, a broken header, offsets that do not follow.
/// </summary>
public sealed class CorruptLogException : IOException
{
    public CorruptLogException()
    {
    }

    public CorruptLogException(string message)
        : base(message)
    {
    }

    public CorruptLogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
