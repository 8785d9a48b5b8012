namespace KafkaActors.Storage;

/// <summary>A writer was asked for under a leader epoch below one that already wrote.</summary>
public sealed class StaleLeaderEpochException : InvalidOperationException
{
    public StaleLeaderEpochException()
    {
    }

    public StaleLeaderEpochException(string message)
        : base(message)
    {
    }

    public StaleLeaderEpochException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
