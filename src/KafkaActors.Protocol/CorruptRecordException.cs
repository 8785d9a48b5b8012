namespace KafkaActors.Protocol;

/// <summary>
/// The bytes of a batch cannot be what a producer wrote: records that break their own lengths, a compressed block that
/// its codec refuses, or one that grows past the reader's limit. <see cref="Error"/> is what a request is answered
/// with.
/// </summary>
public sealed class CorruptRecordException : Exception
{
    public CorruptRecordException(string message, Exception? innerException = null)
        : this(ErrorCode.CorruptMessage, message, innerException)
    {
    }

    public CorruptRecordException(ErrorCode error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    public ErrorCode Error { get; }
}
