namespace KafkaActors.Coordination.Controllers;

/// <summary>Why a broker is taken for dead.</summary>
public enum SessionEnd
{
    /// <summary>It was not heard for the length of a session.</summary>
    Silent,

    /// <summary>
    /// Its process is gone: a majority of the voters was refused a connection, or it was the controller's own.
    /// </summary>
    ConfirmedDead,

    /// <summary>The cluster has removed exactly that process.</summary>
    Removed,
}
