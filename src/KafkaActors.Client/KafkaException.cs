using KafkaActors.Protocol;

namespace KafkaActors.Client;

/// <summary>A request that the cluster, or this client on its behalf, answered with an error.</summary>
public class KafkaException : Exception
{
    public KafkaException(ErrorCode error, string message)
        : base(message) => Error = error;

    public KafkaException(ErrorCode error, string message, Exception inner)
        : base(message, inner) => Error = error;

    public ErrorCode Error { get; }

    /// <summary>Whether the same request may succeed later, unchanged.</summary>
    public bool IsRetriable => Error.IsRetriable();
}
